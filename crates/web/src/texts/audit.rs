//! The audit trail.

texts! {
    Audit:
    title "Audit trail" "审计记录";
    lead "Who did what, and when. Entries are bound to each other: none can be changed without being noticed." "谁在何时做了什么。各条记录环环相扣，任何改动都会被发现。";
    everywhere_lead "Everything that was done in this installation, in every project." "整个系统及所有项目中的全部操作。";
    whole "Whole installation" "整个系统";
    who "Who" "操作者";
    what "What" "操作";
    subject "About" "对象";
    at "When" "时间";
    anyone "Anyone" "所有操作者";
    anything "Anything" "所有操作";
    about "ID of what it is about" "对象的 ID";
    nothing "Nothing was done yet" "暂无操作";
    nothing_hint "Every change in the console, over the API and on the command line is written down here." "控制台、API 和命令行中的每次变更都会记录在此。";
    nothing_found "Nothing matches" "没有匹配的记录";
    nothing_found_hint "Choose another filter, or clear them all." "请更换或清除筛选条件。";
    verify "Verify the chain" "验证链条";
    intact "Intact: {n} entry is as it was written.|Intact: all {n} entries are as they were written." "完好：全部 {n} 条记录均未被改动。";
    broken "Broken at entry {place}: it was changed or moved, or the one before it is missing. {n} entries before it are intact." "在第 {place} 条处断裂：该记录被改动或移动，或前一条缺失。此前 {n} 条完好。";
    command_line "Command line" "命令行";
    nobody "Not signed in" "未登录";
    a_member "Member" "成员";
    a_key "API key" "API 密钥";
    an_operator "Operator" "操作员";
    area_codes "Invite codes" "邀请码";
    area_coupons "Coupons" "优惠券";
    area_invitations "Invitations" "邀请";
    area_keys "API keys" "API 密钥";
    area_members "Members" "成员";
    area_operators "Operators and sign-ins" "操作员与登录";
    area_programs "Programs" "计划";
    area_projects "Projects and settings" "项目与设置";
    area_referrals "Referrals" "推荐";
    area_rewards "Rewards" "奖励";
    area_spending "Spending" "余额使用";
    area_webhooks "Webhooks" "Webhook";
}
