//! What stands around every page.

texts! {
    Shell:
    skip "Skip to the content" "跳到正文";
    menu "Menu" "菜单";
    navigation "Navigation" "导航";
    overview "Overview" "概览";
    programs "Programs" "计划";
    codes "Codes" "邀请码";
    members "Members" "成员";
    referrals "Referrals" "推荐";
    rewards "Rewards" "奖励";
    risk "Risk queue" "风险队列";
    webhooks "Webhooks" "Webhook";
    keys "API keys" "API 密钥";
    audit "Audit" "审计";
    settings "Settings" "设置";
    installation "Installation" "系统";
    projects "Projects" "项目";
    operators "Operators" "操作员";
    account "Your account" "我的账户";
    sign_out "Sign out" "退出登录";
    switch_project "Switch project" "切换项目";
    all_projects "All projects" "所有项目";
    test_mode "Test" "测试";
    switch_to_test "Switch to test data" "切换到测试数据";
    switch_to_live "Switch to live data" "切换到正式数据";
    rehearsal "Test data: nothing here reaches real members." "测试数据：这里的一切都不会影响真实成员。";
    theme "Theme" "主题";
    light "Light" "浅色";
    dark "Dark" "深色";
    system "System" "跟随系统";
    language "Language" "语言";
    api_reference "API reference" "API 文档";
    self_hosted "Runs on Inviter" "由 Inviter 提供支持";
    not_found_title "There is nothing here" "此处没有内容";
    not_found "The address is wrong, or what stood here is gone." "地址有误，或内容已被移除。";
    forbidden_title "This is not yours to see" "你无权查看";
    forbidden "Your role does not include this. Ask an owner of the installation." "你的角色不包含此权限，请联系系统所有者。";
    busy_title "One moment, please" "请稍候";
    busy "Too much at once. Wait a minute, then try again." "请求过于频繁，请一分钟后再试。";
    failed_title "That did not work" "操作未成功";
    failed "Something failed on our side. Nothing was lost; please try again." "我们这边出了问题，数据没有丢失，请重试。";
    refused_title "That could not be done" "无法完成";
    request_id "Request" "请求编号";
    back_home "Back to the start" "返回首页";
}
