//! The start page of the installation.

texts! {
    Start:
    title "Invitations that count" "让每一次邀请都有回报";
    lead "Invitations and referrals run on this server, by the team that runs it." "邀请与推荐系统，由团队自主部署运行。";
    operators_hint "Programs, members, rewards and what needs attention." "计划、成员、奖励以及待处理事项。";
    open_console "Open the console" "打开控制台";
    developers_hint "Sign-ups, events, codes and rewards over a REST API." "通过 REST API 处理注册、事件、邀请码与奖励。";
    members_hint "Your link, your friends and what you have earned." "你的链接、好友和奖励。";
    open_page "Open your page" "打开我的页面";
}
