//! Referrals and their decision records.

texts! {
    Referrals:
    title "Referrals" "推荐";
    lead "Who invited whom, and what became of it." "谁邀请了谁，以及后续进展。";
    pair "{invitee}, invited by {inviter}" "{inviter} 邀请了 {invitee}";
    pair_program "{invitee}, through the program" "{invitee}，来自计划邀请码";
    invitee "Invitee" "被邀请人";
    inviter "Inviter" "邀请人";
    verdict "Risk" "风险";
    any_verdict "Any risk" "所有风险";
    channel "Channel" "渠道";
    signed_up "Signed up" "注册时间";
    from "From" "起";
    to "To" "止";
    score "Score {n}" "{n} 分";
    nothing "No referrals yet" "还没有推荐";
    nothing_hint "As soon as somebody joins through an invite link, it shows here with everything that was decided about it." "当有人通过邀请链接加入后，会在此显示完整的判定过程。";
    nothing_found "No referral matches" "没有匹配的推荐";
    nothing_found_hint "Change the filters, or clear them to see every referral." "调整筛选条件，或清除筛选查看全部推荐。";
    only_of "Only those of {member}" "仅显示 {member} 的推荐";
    story "How it came about" "来龙去脉";
    facts "At a glance" "概览";
    version "Rules" "规则";
    version_n "Version {n}" "第 {n} 版";
    qualified_on "Qualified" "达标时间";
    expires_on "Expires" "过期时间";
    no_inviter "Nobody: the program’s own code" "无：计划自有邀请码";
    next "What comes next" "下一步";
    rewards "Rewards" "奖励";
    no_rewards "No rewards yet." "暂无奖励。";
    raw "The record as it is stored, for engineers" "原始记录（供工程师查看）";
    accept "Accept" "通过";
    accept_title "Accept this referral?" "通过此推荐？";
    accept_hint "It counts from now on, and its rewards are released unless they are still held or their rule asks for approval." "推荐将正常计入；除仍在保留期或规则要求审批的奖励外，其余奖励将被发放。";
    reject "Reject" "拒绝";
    reject_title "Reject this referral?" "拒绝此推荐？";
    reject_hint "It no longer counts, and its waiting rewards are rejected. This cannot be undone." "推荐将不再计入，待发放的奖励会被拒绝。此操作无法恢复。";
    reverse "Reverse" "撤销";
    reverse_title "Reverse this referral?" "撤销此推荐？";
    reverse_hint "Everything that it earned is taken back; what was spent already becomes a debt. This cannot be undone." "其带来的所有奖励都会被收回，已使用的部分将记为欠款。此操作无法恢复。";
}
