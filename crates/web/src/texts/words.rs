//! Words for times and closed sets.

texts! {
    Words:
    now "just now" "刚刚";
    minutes_ago "{n} minute ago|{n} minutes ago" "{n} 分钟前";
    hours_ago "{n} hour ago|{n} hours ago" "{n} 小时前";
    days_ago "{n} day ago|{n} days ago" "{n} 天前";
    in_minutes "in {n} minute|in {n} minutes" "{n} 分钟后";
    in_hours "in {n} hour|in {n} hours" "{n} 小时后";
    in_days "in {n} day|in {n} days" "{n} 天后";
}
