//! What is wrong with a field, by the code that the use cases give.

texts! {
    Faults:
    required "This is needed." "必填。";
    invalid "This value is not accepted here." "此处不接受该值。";
    invalid_length "This is empty or too long." "内容为空或过长。";
    too_long "This is too long." "内容过长。";
    too_short "This is too short." "内容过短。";
    too_many "These are too many." "数量过多。";
    too_common "This is one of the passwords that are tried first. Choose another." "该密码过于常见，请换一个。";
    unknown "There is nothing of this name." "没有此名称的内容。";
    taken "This is taken already." "已被占用。";
    out_of_range "This number or time is out of range." "数值或时间超出范围。";
    in_the_past "Choose a time in the future." "请选择将来的时间。";
    number "Enter a whole number." "请输入整数。";
    amount "Enter an amount such as 10, or 10.50 where the unit has cents." "请输入数量，例如 10；有小数的单位可写 10.50。";
    unit "Use 1 to 32 lower-case letters, digits, _ or -." "使用 1 到 32 个小写字母、数字、_ 或 -。";
    url "Enter a whole address that begins with https://." "请输入以 https:// 开头的完整地址。";
    time "Enter a date and a time." "请输入日期和时间。";
    json "This is no JSON." "不是有效的 JSON。";
    duplicate "This stands here twice." "此处重复。";
    out_of_order "This has to come after what is before it." "顺序有误，须大于或晚于前一项。";
    not_allowed "This cannot be used here." "此处不能使用。";
    reserved "This word is reserved. Choose another." "该词已被保留，请换一个。";
    event "Use 1 to 64 lower-case letters, digits, _ . : or -." "使用 1 到 64 个小写字母、数字、_ . : 或 -。";
    condition "This comparison does not fit what it is about." "比较方式或值与字段不符。";
    email "Enter an e-mail address, for example name@example.com." "请输入电子邮箱地址，例如 name@example.com。";
    slug "Use 2 to 48 lower-case letters, digits and inner dashes." "使用 2 到 48 个小写字母、数字或中间的连字符。";
    url_not_allowed "Messages cannot go to this address. Use a public https address." "无法向该地址发送消息，请使用可公开访问的 https 地址。";
    wrong_password "This is not your password." "当前密码不正确。";
    unsuitable "Use 3 to 32 letters, digits and dashes; some words are kept back." "请使用 3 到 32 个字母、数字或连字符；部分词语不可用。";
    quota "The limit is reached: no more of these are possible." "已达上限，无法继续添加。";
    program_ended "This program does not take anything new." "该计划不再接受新内容。";
    not_enough "There is not enough to spend." "余额不足。";
    themselves "Members cannot invite themselves." "成员不能邀请自己。";
    open_already "There is an open invitation to this address." "该邮箱已有未过期的邀请。";
    moved_on "That is not possible any more: it has moved on meanwhile. Reload the page to see where it stands." "状态已发生变化，无法执行此操作。请刷新页面查看最新状态。";
    contradicts "This contradicts how things stand now. Reload the page and look again." "与当前状态冲突，请刷新页面后重试。";
    other "Please check this." "请检查此项。";
}
