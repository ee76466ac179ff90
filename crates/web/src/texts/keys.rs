//! API keys.

texts! {
    Keys:
    title "API keys" "API 密钥";
    lead "Your application uses a key to talk to this project. Give each one no more than it needs." "你的应用通过密钥访问此项目。每个密钥只授予所需的权限。";
    new "New key" "新建密钥";
    nothing "No keys yet" "暂无密钥";
    nothing_hint "Make one for each application, so that you can rotate or revoke it without touching the others." "为每个应用创建一个密钥，轮换或撤销时互不影响。";
    name "Name" "名称";
    name_hint "What uses it, for example “Shop backend”." "使用方，例如“商城后端”。";
    permits "Permits" "权限";
    permissions "{n} permission|{n} permissions" "{n} 项权限";
    made "Created" "创建时间";
    expires "Expires" "到期";
    never "Never" "永不";
    state "State" "状态";
    valid "Active" "有效";
    ends_soon "Ends soon" "即将到期";
    expired "Expired" "已过期";
    revoked "Revoked" "已撤销";
    rotate "Rotate" "轮换";
    rotate_title "Rotate “{name}”?" "轮换“{name}”？";
    rotate_hint "You get a new secret with the same permissions. The old one goes on for as long as you need to replace it." "你将获得一个权限相同的新密钥，旧密钥在你完成替换前继续有效。";
    overlap "The old key still works for" "旧密钥继续有效";
    at_once "not at all" "立即失效";
    hours "{n} hour|{n} hours" "{n} 小时";
    days "{n} days" "{n} 天";
    revoke "Revoke" "撤销";
    revoke_title "Revoke “{name}”?" "撤销“{name}”？";
    revoke_hint "Whatever uses this key is refused from now on. This cannot be undone." "使用此密钥的请求将立即被拒绝，且无法恢复。";
    scopes "What may it do?" "它可以做什么？";
    presets "Start from" "从预设开始";
    all "Everything" "全部权限";
    read "Read only" "只读";
    ingest "Send data in" "仅写入数据";
    create "Create key" "创建密钥";
    secret_title "Your new key" "你的新密钥";
    secret_warning "Copy it now. For your safety it is stored as a hash and is never shown again." "请立即复制。为了安全，系统只保存其哈希，之后不会再次显示。";
    secret_where "Keep it in your server’s secrets, never in a browser or an app." "请将其保存在服务器的密钥管理中，切勿放入浏览器或客户端。";
    example "Try it" "试一试";
    back "Back to the keys" "返回密钥列表";
}
