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
    somebody "Somebody" "有人";
    live_member "{member} is a member now" "{member} 成为成员";
    live_registered "{invitee} joined through {member}" "{invitee} 通过 {member} 的邀请加入";
    live_registered_alone "{invitee} joined through a code of the program" "{invitee} 使用计划邀请码加入";
    live_refused "{invitee} was not counted: {reason}" "{invitee} 的注册未计入：{reason}";
    live_qualified "{invitee}, invited by {member}, qualified" "{member} 邀请的 {invitee} 已达标";
    live_rewarded "{member} is rewarded for {invitee}" "{member} 因邀请 {invitee} 获得奖励";
    live_rejected "The referral of {invitee} by {member} was rejected" "{member} 对 {invitee} 的推荐被拒绝";
    live_expired "The referral of {invitee} by {member} expired" "{member} 对 {invitee} 的推荐已过期";
    live_reversed "The referral of {invitee} by {member} was reversed" "{member} 对 {invitee} 的推荐已撤销";
    live_granted "{member} gets {reward}" "{member} 获得 {reward}";
    live_grant_waits "{reward} for {member} waits" "{member} 的 {reward}待处理";
    live_grant_available "{reward} of {member} is available" "{member} 的 {reward}已可用";
    live_grant_claimed "{member} took {reward}" "{member} 领取了 {reward}";
    live_grant_expired "{reward} of {member} expired" "{member} 的 {reward}已过期";
    live_grant_reversed "{reward} of {member} was taken back" "{member} 的 {reward}已收回";
    live_grant_rejected "{reward} for {member} was rejected" "{member} 的 {reward}被拒绝";
    live_spent "{member} spent {amount}" "{member} 使用了 {amount}";
    live_invitation "An invitation went out by e-mail" "已发送一封邮件邀请";
    live_program "A program was changed, version {version}" "计划已更新，版本 {version}";
    approvals "{n} reward waits for approval|{n} rewards wait for approval" "{n} 个奖励等待批准";
    reviews "{n} referral waits for review|{n} referrals wait for review" "{n} 个推荐等待审核";
    failing "{n} webhook endpoint fails|{n} webhook endpoints fail" "{n} 个 Webhook 端点失败";
    exhausted "The coupon pool {name} is empty" "优惠券池 {name} 已用完";
    ending "{name} ends {when}" "{name} 将于 {when} 结束";
    budget "{name}: {granted} of {budget} granted" "{name}：已发放 {granted}，预算 {budget}";
}
