//! Every text of the pages, once per language, a room for each area. A text that is missing in one language, or that no
//! page uses, does not compile. `{name}` stands for something filled in by the filters `with` and `count`; where the
//! number decides, English has two forms parted by `|`: one, then many.

use notify::Locale;

macro_rules! texts {
    ($room:ident: $($name:ident $en:literal $zh:literal;)*) => {
        /// The texts of this room in one language.
        #[derive(Debug)]
        pub(crate) struct $room {
            $(pub(crate) $name: &'static str,)*
        }

        impl $room {
            pub(super) const EN: Self = Self { $($name: $en,)* };
            pub(super) const ZH: Self = Self { $($name: $zh,)* };
        }
    };
}

macro_rules! rooms {
    ($($room:ident $kind:ident;)*) => {
        $(mod $room;)*

        /// The texts of one language.
        #[derive(Debug)]
        pub(crate) struct Texts {
            $(pub(crate) $room: $room::$kind,)*
        }

        static EN: Texts = Texts { $($room: $room::$kind::EN,)* };
        static ZH: Texts = Texts { $($room: $room::$kind::ZH,)* };
    };
}

rooms! {
    account Account;
    actions Actions;
    audit Audit;
    codes Codes;
    done Done;
    editor Editor;
    faults Faults;
    keys Keys;
    landing Landing;
    members Members;
    operators Operators;
    overview Overview;
    parts Parts;
    portal Portal;
    programs Programs;
    projects Projects;
    referrals Referrals;
    rewards Rewards;
    rights Rights;
    risk Risk;
    rules Rules;
    share Share;
    shell Shell;
    start Start;
    story Story;
    versions Versions;
    webhooks Webhooks;
    words Words;
}

pub(crate) use rules::Rules;

/// The texts of a language.
pub(crate) fn texts(locale: Locale) -> &'static Texts {
    match locale {
        Locale::En => &EN,
        Locale::Zh => &ZH,
    }
}
