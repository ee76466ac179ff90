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
    email "Enter an e-mail address, for example name@example.com." "请输入电子邮箱地址，例如 name@example.com。";
    slug "Use 2 to 48 lower-case letters, digits and inner dashes." "使用 2 到 48 个小写字母、数字或中间的连字符。";
    url "Enter a whole address, for example https://example.com/hooks." "请输入完整的网址，例如 https://example.com/hooks。";
    url_not_allowed "Messages cannot go to this address. Use a public https address." "无法向该地址发送消息，请使用可公开访问的 https 地址。";
    wrong_password "This is not your password." "当前密码不正确。";
    other "Please check this." "请检查此项。";
}
