//! The overview of a project.

texts! {
    Overview:
    title "Overview" "概览";
    range "Time range" "时间范围";
    days "{n} days" "{n} 天";
    clicks "Clicks" "点击";
    sign_ups "Sign-ups" "注册";
    qualified "Qualified" "达标";
    rewarded "Rewarded" "已奖励";
    of_before "{share} of the step before" "为上一步的 {share}";
    course "Day by day" "每日走势";
    channels "Channels" "渠道";
    channel "Channel" "渠道";
    direct "Direct" "直接访问";
    leaders "Top inviters" "邀请排行";
    friends "{n} friend|{n} friends" "{n} 位好友";
    live "Live" "实时动态";
    live_hint "What happens appears here at once." "发生的事情会立即显示在这里。";
    nothing "Nothing has happened yet" "暂无数据";
    nothing_hint "Once a link is opened or a member signs up, it shows here." "当链接被打开或有成员注册时，会显示在这里。";
    attention "Needs attention" "需要处理";
    all_well "Nothing waits for you." "没有待处理的事项。";
}
