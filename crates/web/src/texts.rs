//! Every text of the pages, once per language. A text that is missing in one language does not compile.

use notify::Locale;

macro_rules! texts {
    ($($name:ident $en:literal $zh:literal;)*) => {
        /// The texts of one language.
        #[derive(Debug)]
        pub(crate) struct Texts {
            $(pub(crate) $name: &'static str,)*
        }

        static EN: Texts = Texts { $($name: $en,)* };
        static ZH: Texts = Texts { $($name: $zh,)* };
    };
}

texts! {
    invited_you "invited you to" "邀请你加入";
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
    sorry "That did not work out" "暂时无法继续";
    other_language "中文" "English";
}

/// The texts of a language.
pub(crate) fn texts(locale: Locale) -> &'static Texts {
    match locale {
        Locale::En => &EN,
        Locale::Zh => &ZH,
    }
}
