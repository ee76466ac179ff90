//! Invite codes.

texts! {
    Codes:
    title "Codes" "邀请码";
    lead "Each code is a link that people join with." "每个邀请码对应一个可加入的链接。";
    tab_codes "Codes" "邀请码";
    tab_invitations "Invitations" "邮件邀请";
    new "New code" "新建邀请码";
    make_many "Make many" "批量生成";
    import "Import" "导入";
    search "Begins with" "以此开头";
    code "Code" "邀请码";
    owner "Owner" "所有者";
    uses "Uses" "使用次数";
    valid_through "Valid through" "有效至";
    no_end "No end" "长期有效";
    batch "Batch" "批次";
    in_batch "Batch {batch}" "批次 {batch}";
    nothing "No codes yet" "还没有邀请码";
    nothing_hint "Members get a code of their own when they first share. Make one here for a campaign, a partner or a poster." "成员首次分享时会自动获得邀请码。你也可以在此为活动、合作方或海报创建邀请码。";
    nothing_found "No code matches" "没有匹配的邀请码";
    nothing_found_hint "Change the filters, or clear them to see every code." "调整筛选条件，或清除筛选查看全部邀请码。";

    new_lead "One code, random or with a text of your choice." "创建单个邀请码，随机或自定义均可。";
    program_hint "Whoever joins with the code joins this program." "使用此邀请码的人将加入该计划。";
    text "Text" "自定义内容";
    text_hint "Letters, digits and dashes. Leave it empty for a random code." "字母、数字和连字符。留空则随机生成。";
    owner_hint "E-mail, external ID or member ID of the member who invites. Leave it empty for the program itself." "邀请成员的邮箱、外部 ID 或成员 ID。留空则归计划所有。";
    single_use "For one use only" "仅限使用一次";
    max_uses "Uses at most" "使用次数上限";
    max_uses_hint "Leave it empty for no limit." "留空则不限制。";
    valid_hint "This day is included (UTC). Leave it empty for no end." "包含当日（UTC）。留空则长期有效。";
    make "Make the code" "创建邀请码";

    many_lead "Up to 10,000 random codes at once, each its own link. You can export them afterwards." "一次最多生成 10,000 个随机邀请码，每个都有独立链接，生成后可导出。";
    count "How many" "数量";
    count_hint "1 to 10,000." "1 到 10,000。";
    each_max_uses "Uses of each code at most" "每个邀请码的使用次数上限";
    batch_name "Name of the batch" "批次名称";
    batch_hint "To find them again, for example “flyer-may”. Leave it empty for a random name." "便于日后查找，例如“五月传单”。留空则随机命名。";
    make_codes "Make the codes" "批量生成";

    import_lead "Codes of your choice from a file, up to 10,000 lines." "从文件导入自定义邀请码，最多 10,000 行。";
    csv "CSV" "CSV 内容";
    csv_hint "One code a line: code, uses at most, valid until. The last two may be missing. For example: SUMMER-24,100,2030-01-31T00:00:00Z" "每行一个邀请码：邀请码,次数上限,截止时间，后两项可省略。例如：SUMMER-24,100,2030-01-31T00:00:00Z";
    file "Or choose a file" "或选择文件";
    import_codes "Import the codes" "导入邀请码";
    imported "Import finished" "导入完成";
    added "Added" "已添加";
    duplicates "Known already" "已存在";
    refused "Refused" "未通过";
    line "Line" "行";
    why "Why" "原因";
    see_batch "See the codes" "查看邀请码";
    line_columns "More than three columns" "超过三列";
    line_not_text "Not UTF-8 text" "不是 UTF-8 文本";
    line_uses "The limit is not a number from 1 on" "次数上限须为不小于 1 的数字";
    line_end "The end is not a future time like 2030-01-31T12:00:00Z" "截止时间须为将来的时间，例如 2030-01-31T12:00:00Z";

    link "Link" "链接";
    qr_of "QR code of the link" "链接的二维码";
    download_png "Download PNG" "下载 PNG";
    facts "About this code" "邀请码信息";
    kind "Kind" "类型";
    use_count "{used} of {most}" "{used} / {most}";
    unlimited "{used}, no limit" "{used}，不限";
    limits "Limits" "使用限制";
    limits_hint "They apply from the next sign-up on." "从下一次注册起生效。";
    revoke "Revoke" "撤销";
    revoke_title "Revoke this code?" "撤销此邀请码？";
    revoke_hint "Its link stops working at once, and this cannot be undone. Those who have joined with it stay." "链接将立即失效且无法恢复，已加入的人不受影响。";
    revoked_on "Revoked on {date}" "已于 {date}撤销";
    joined_with "Referrals of this member" "该成员的推荐";

    invitations_lead "E-mails that invite one person each." "发送给单个邮箱的邀请。";
    new_invitation "Send an invitation" "发送邀请";
    invitation_lead "We send an e-mail with the inviter’s own link. It is valid for 14 days." "我们会发送一封带有邀请人专属链接的邮件，14 天内有效。";
    invitee "To" "收件人";
    inviter "Inviter" "邀请人";
    inviter_hint "E-mail, external ID or member ID of the member in whose name it is sent." "以其名义发送的成员的邮箱、外部 ID 或成员 ID。";
    email "E-mail of the person" "收件人邮箱";
    message "A line from the inviter" "邀请人留言";
    send "Send" "发送";
    resend "Send again" "重新发送";
    sends "Sent" "发送次数";
    times "{n} time|{n} times" "{n} 次";
    take_back "Take back" "撤回";
    take_back_title "Take this invitation back?" "撤回此邀请？";
    take_back_hint "The link in the e-mail no longer leads to the inviter." "邮件中的邀请将不再归属于邀请人。";
    no_invitations "No invitations yet" "还没有邮件邀请";
    no_invitations_hint "Members send invitations from their portal. You can send one in a member’s name too." "成员可在其门户中发送邀请，你也可以代成员发送。";
    no_program "Make a program first" "请先创建计划";
    no_program_hint "A code leads into a program; there is none yet." "邀请码需要对应一个计划，目前还没有计划。";
    to_programs "Go to programs" "前往计划";
}
