//! The risk queue.

texts! {
    Risk:
    title "Risk queue" "风险队列";
    lead "Referrals with doubts about them. Decide, and the next one comes up." "存在疑点的推荐。处理完一项后会自动显示下一项。";
    queue "Waiting" "待处理";
    signals "Why it is here" "进入队列的原因";
    score "Risk score" "风险分";
    score_of "{n} of 100" "{n} / 100";
    no_signals "The record of the sign-up is gone; only the score is left." "注册记录已不存在，仅保留风险分。";
    side_by_side "Side by side" "对比";
    inviter "Inviter" "邀请人";
    invitee "Invitee" "被邀请人";
    fact "Fact" "项目";
    name "Name" "姓名";
    email "E-mail" "邮箱";
    external_id "External ID" "外部 ID";
    joined "First seen" "首次出现";
    referrals "Brought in" "带来的人";
    referrals_n "{n} signed up, {m} qualified" "{n} 人注册，{m} 人达标";
    address "Address at sign-up" "注册地址";
    device "Device at sign-up" "注册设备";
    same "The same as the other’s" "与对方相同";
    different "Another" "不同";
    not_comparable "Known, nothing to compare with" "已知，无从比较";
    unknown "Not known" "未知";
    rewards "Rewards that wait for the decision" "等待处理的奖励";
    decide "Your decision" "处理";
    accept "Accept" "通过";
    reject "Reject" "拒绝";
    consequence "Accepted, it counts and its rewards are released. Rejected, it does not count and its rewards are refused; that cannot be undone." "通过后推荐正常计入并发放奖励；拒绝后推荐不计入且奖励被拒绝，无法恢复。";
    whole_story "See the whole story" "查看完整过程";
    nothing "Nothing to review" "没有待审核的推荐";
    nothing_hint "When the risk signals of a sign-up add up to the program’s threshold, the referral waits here for you. Everything else goes on by itself." "当注册的风险分达到计划设定的阈值时，推荐会在此等待你的审核，其余推荐会自动处理。";
    settled "This one is decided already." "该推荐已处理。";
}
