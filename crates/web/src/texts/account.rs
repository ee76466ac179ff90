//! Set-up, sign-in, sessions, passwords.

texts! {
    Account:
    set_up_title "Set up Inviter" "设置 Inviter";
    set_up_lead "You are the first here. This account owns the installation; you can invite others afterwards." "你是第一位使用者。此账户拥有整个系统，之后可以邀请他人。";
    set_up_gone "This link has been used or is too old. Restart the server, or run <code>inviter admin reset</code>, to get a new one." "此链接已使用或已过期。请重启服务器，或运行 <code>inviter admin reset</code> 获取新链接。";
    set_up_action "Create the owner" "创建所有者";
    email "E-mail" "电子邮箱";
    name "Name" "姓名";
    password "Password" "密码";
    password_hint "At least 12 characters. A few words in a row are easier to keep than a puzzle." "至少 12 个字符。几个连在一起的词比谜语更好记。";
    sign_in_title "Sign in" "登录";
    sign_in_action "Sign in" "登录";
    wrong "E-mail or password is not right." "电子邮箱或密码不正确。";
    too_often "Too many attempts. Wait a quarter of an hour, or choose a new password by e-mail." "尝试次数过多。请等待一刻钟，或通过邮件重设密码。";
    not_set_up "Nobody is set up here yet. The server printed a link for the first owner when it started." "尚未设置任何账户。服务器启动时打印了首位所有者的设置链接。";
    forgot "Forgot your password?" "忘记密码？";
}
