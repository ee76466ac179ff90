//! What happened to codes, referrals and rewards, and the names of where they stand.

texts! {
    Story:
    any_program "All programs" "所有计划";
    any_state "Any state" "所有状态";
    program "Program" "计划";
    state "State" "状态";
    held "holds" "符合";
    failed "does not hold" "不符合";
    reason "Reason" "原因";
    reason_hint "Kept in the record; the member does not see it." "将记入档案，成员不可见。";
    when "When" "时间";
    created "Made" "创建时间";
    somebody "An operator" "操作员";
    the_system "The system" "系统";
    the_program "the program itself" "计划本身";
    none "none" "无";

    code_live "Active" "可用";
    code_used_up "Used up" "已用完";
    code_expired "Expired" "已过期";
    code_revoked "Revoked" "已撤销";
    kind_personal "Personal" "个人";
    kind_vanity "Custom" "自定义";
    kind_single "Single use" "单次";
    kind_program "Program" "计划";

    sent "Sent" "已发送";
    accepted "Accepted" "已接受";
    revoked "Revoked" "已撤回";
    lapsed "Expired" "已过期";

    registered "Signed up" "已注册";
    qualified "Qualified" "已达标";
    rewarded "Rewarded" "已奖励";
    rejected "Rejected" "已拒绝";
    expired "Expired" "已过期";
    reversed "Reversed" "已撤销";

    verdict_allow "Clear" "正常";
    verdict_hold "Held longer" "延长保留";
    verdict_review "In review" "待审核";
    verdict_block "Blocked" "已拦截";

    grant_held "Held" "保留中";
    grant_pending_approval "Awaits approval" "待批准";
    grant_available "Available" "可用";
    grant_claimed "Claimed" "已领取";
    grant_spent "Spent" "已使用";
    grant_expired "Expired" "已过期";
    grant_reversed "Reversed" "已撤销";
    grant_rejected "Rejected" "已拒绝";
    side_inviter "Inviter" "邀请人";
    side_invitee "Invitee" "被邀请人";

    channel_direct "Direct" "直接访问";
    channel_email "E-mail" "邮件";
    channel_wechat "WeChat" "微信";
    channel_wecom "WeCom" "企业微信";
    channel_qq "QQ" "QQ";
    channel_dingtalk "DingTalk" "钉钉";
    channel_weibo "Weibo" "微博";
    channel_qr "QR code" "二维码";
    channel_link "Link" "链接";
    channel_social "Social media" "社交媒体";

    opened "{invitee} opened {inviter}’s link" "{invitee} 打开了 {inviter} 的链接";
    came_from "Channel: {channel}" "渠道：{channel}";
    joined "{invitee} joined {program} with the code {code}" "{invitee} 使用邀请码 {code} 加入了{program}";
    joined_same_day "{invitee} joined {program} the same day with the code {code}" "{invitee} 当天使用邀请码 {code} 加入了{program}";
    joined_later "{invitee} joined {program} {days} later with the code {code}" "{days}后，{invitee} 使用邀请码 {code} 加入了{program}";
    days "{n} day|{n} days" "{n} 天";
    by_code "Found by the code that was given" "依据填写的邀请码归因";
    by_click "Found by the click, inside the window of {n} day|Found by the click, inside the window of {n} days" "依据点击归因，在 {n} 天窗口期内";
    by_invitation "Found by an invitation addressed to this e-mail" "依据发往该邮箱的邀请归因";
    by_claim "Claimed after the sign-up" "注册后补填邀请码";
    by_version "Decided by version {n} of the rules" "依据规则第 {n} 版判定";
    claimed_inviter "{invitee} named {inviter} as their inviter" "{invitee} 补填了邀请人 {inviter}";
    activated "{invitee} activated" "{invitee} 完成了激活";
    purchased "{invitee} bought something" "{invitee} 完成了购买";
    purchased_for "{invitee} bought something for {amount}" "{invitee} 消费了 {amount}";
    refunded "A purchase of {invitee} was paid back" "{invitee} 的一笔消费已退款";
    refunded_for "{invitee} was paid back {amount}" "{invitee} 获得退款 {amount}";
    signed_up "{invitee} signed up" "{invitee} 完成了注册";
    other_event "{invitee}: {event}" "{invitee}：{event}";
    order "Order {order}" "订单 {order}";
    not_counted "Not counted: {why}" "未计入：{why}";
    risk_clear "No risk signal" "无风险信号";
    risk_score "Risk score {n}: {verdict}" "风险分 {n}：{verdict}";
    signal_adds "{signal} (+{n})" "{signal}（+{n}）";
    becomes_qualified "With this the referral qualified" "推荐因此达标";
    becomes_rewarded "With this the referral was rewarded" "推荐因此获得奖励";
    becomes_rejected "With this the referral was rejected" "推荐因此被拒绝";
    becomes_reversed "With this the referral was taken back" "推荐因此被撤销";
    rule_rewards "Rule “{rule}” rewards the {side}" "规则“{rule}”奖励{side}";
    rule_skips "Rule “{rule}” grants nothing to the {side}: {why}" "规则“{rule}”未奖励{side}：{why}";
    rule_skipped "Rule “{rule}” grants nothing: {why}" "规则“{rule}”未发放奖励：{why}";
    the_inviter "inviter" "邀请人";
    the_invitee "invitee" "被邀请人";
    skip_conditions "its conditions do not hold" "条件不符合";
    skip_no_inviter "the code is the program’s own" "邀请码属于计划本身";
    skip_not_reached "the number is not reached" "尚未达到数量";
    skip_limit "its limit is used up" "已达规则上限";
    skip_budget "the budget is used up" "预算已用完";
    gets "{member} gets {reward}" "{member} 获得{reward}";
    held_until "Held until {date}" "保留至 {date}";
    waits_for_approval "Waits for approval" "等待批准";
    expires_on "Expires on {date}" "{date}过期";
    now_state "Now: {state}" "当前：{state}";
    because "Reason: {reason}" "原因：{reason}";
    accepted_by "{operator} accepted the referral" "{operator} 通过了该推荐";
    rejected_by "{operator} rejected the referral" "{operator} 拒绝了该推荐";
    reversed_by "{operator} reversed the referral" "{operator} 撤销了该推荐";
    grant_approved_by "{operator} approved the reward" "{operator} 批准了奖励";
    grant_rejected_by "{operator} rejected the reward" "{operator} 拒绝了奖励";
    grant_reversed_by "{operator} took the reward back" "{operator} 收回了奖励";
    grant_claimed_by "{operator} marked the reward as claimed" "{operator} 将奖励标记为已领取";
    ended_rejected "The referral was rejected" "推荐被拒绝";
    ended_reversed "The referral was taken back" "推荐被撤销";
    ended_expired "The referral expired: it did not qualify in time" "推荐已过期：未在期限内达标";

    check_code_not_expired "The code has not expired" "邀请码未过期";
    check_code_not_revoked "The code is not revoked" "邀请码未被撤销";
    check_code_has_uses_left "The code has uses left" "邀请码尚有可用次数";
    check_not_self "Inviter and invitee are two members" "邀请人与被邀请人不是同一成员";
    check_not_invited_before "Not invited in this program before" "此前未在该计划中被邀请";
    check_program_active "The program is active" "计划进行中";
    check_within_quota "Inside the inviter’s quota" "在邀请人的名额之内";
    check_within_claim_window "In time for a claim" "在补填期限内";
    check_order_is_new "The order is new" "订单为首次上报";
    check_order_is_known "The order is known" "订单已知";
    check_referral_earns "The referral can still earn" "推荐仍可获得奖励";
    field_amount "Amount" "金额";
    field_unit "Unit" "单位";
    field_channel "Channel" "渠道";
    field_code_kind "Kind of code" "邀请码类型";
    op_exists "{field} is given" "已提供{field}";
    op_in "{field} is one of {value}" "{field}属于 {value}";
    in_days "{numbers} days" "{numbers} 天";
    was "was {value}" "实际为 {value}";

    signal_address_velocity "{n} sign-ups from one address within an hour" "同一地址一小时内注册 {n} 次";
    signal_device_inviter "Inviter and invitee use the same device" "邀请人与被邀请人使用同一设备";
    signal_device_others "{n} other member on this device|{n} other members on this device" "该设备上另有 {n} 名成员";
    signal_disposable_email "Throw-away mailbox" "一次性邮箱";
    signal_self_member "Inviter and invitee are the same member" "邀请人与被邀请人为同一成员";
    signal_self_mailbox "Inviter and invitee share a mailbox" "邀请人与被邀请人共用邮箱";
}
