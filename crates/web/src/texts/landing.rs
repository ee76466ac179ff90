//! Public pages: landing, join, what cannot be shown.

texts! {
    Landing:
    invited_you "{name} invited you to" "{name} 邀请你加入";
    you_are_invited "You are invited to" "诚邀你加入";
    you_get "You get" "你将获得";
    inviter_gets "Whoever invites you gets" "邀请你的人将获得";
    email "E-mail" "电子邮箱";
    name "Name" "姓名";
    optional "optional" "选填";
    code "Invite code" "邀请码";
    join "Join" "加入";
    joined "You are in." "你已加入。";
    thanks "Your invitation counts." "邀请已生效。";
    your_place "Your place in the queue" "你在队列中的位置";
    share "Share your own link" "分享你的专属链接";
    share_hint "Whoever joins through it is counted for you." "通过此链接加入的人将计入你的邀请。";
    email_invalid "Please enter an e-mail address, for example name@example.com." "请输入电子邮箱地址，例如 name@example.com。";
    form_invalid "Something in the form is too long or contains characters that are not accepted." "表单中有内容过长或包含不支持的字符。";
}
