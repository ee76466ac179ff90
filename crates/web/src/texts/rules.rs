//! Reward rules in sentences. What stands in them is put together in [`crate::sentence`].

texts! {
    Rules:
    signup "When an invited friend signs up" "被邀请的好友注册时";
    activation "When an invited friend becomes active" "被邀请的好友激活时";
    purchase "Each time an invited friend makes a purchase" "被邀请的好友每次购买时";
    other "Each time “{event}” happens for an invited friend" "被邀请的好友每次发生“{event}”时";
    once_signed_up "Once {n} invited friend has signed up|Once {n} invited friends have signed up" "邀请的好友注册满 {n} 位时";
    once_qualified "Once {n} invited friend has qualified|Once {n} invited friends have qualified" "邀请的好友达标满 {n} 位时";
    every_signed_up "For every invited friend who signs up|For every {n} invited friends who sign up" "邀请的好友每注册满 {n} 位时";
    every_qualified "For every invited friend who qualifies|For every {n} invited friends who qualify" "邀请的好友每达标满 {n} 位时";
    conditions ", if " "，且";
    and " and " "，且";
    comma ", " "，";
    stop "." "。";
    inviter_gets "the inviter gets " "邀请人获得";
    friend_gets "the friend gets " "好友获得";
    both_and " and " "，";
    by_signed_up "the inviter gets, by friends who signed up so far: " "邀请人按已注册的好友数获得：";
    by_qualified "the inviter gets, by friends who qualified so far: " "邀请人按已达标的好友数获得：";
    tier "{reward} from friend {n} on" "第 {n} 位起{reward}";
    tier_comma ", " "，";
    at_most ", at most " "，";
    per_day "once a day|{n} times a day" "每人每天最多 {n} 次";
    per_month "once a month|{n} times a month" "每人每月最多 {n} 次";
    per_member "once|{n} times in all" "每人最多 {n} 次";
    total "once for everybody together|{n} times for everybody together" "所有人合计最多 {n} 次";
    list_comma ", " "、";
    held ", held for {n} day|, held for {n} days" "，保留 {n} 天后发放";
    approved ", once a person has approved it" "，经人工批准后发放";
    used_within ", to be used within {n} day|, to be used within {n} days" "，须在 {n} 天内使用";
    amount "the amount" "金额";
    unit "the unit" "单位";
    channel "the channel" "渠道";
    code_kind "the code" "邀请码";
    equal "{field} is {value}" "{field}为{value}";
    unequal "{field} is not {value}" "{field}不为{value}";
    more "{field} is more than {value}" "{field}大于 {value}";
    at_least "{field} is at least {value}" "{field}不低于 {value}";
    less "{field} is less than {value}" "{field}小于 {value}";
    no_more "{field} is at most {value}" "{field}不超过 {value}";
    one_of "{field} is one of {value}" "{field}为 {value} 之一";
    exists "{field} is given" "{field}有值";
    personal "a personal code" "个人邀请码";
    vanity "a chosen code" "自选邀请码";
    single "a single-use code" "一次性邀请码";
    program "the program’s own code" "计划自有邀请码";
    quoted "“{value}”" "“{value}”";
}
