//! Operators and roles.

texts! {
    Operators:
    title "Operators" "操作员";
    lead "Who may sign in to this console, and what they may do." "谁可以登录此控制台，以及可以做什么。";
    invite "Invite operator" "邀请操作员";
    table "Who may do what" "权限一览";
    name "Name" "姓名";
    email "E-mail" "电子邮箱";
    email_hint "The link to choose a password goes there." "设置密码的链接将发送到此邮箱。";
    roles "Roles" "角色";
    role "Role" "角色";
    place "Where" "范围";
    everywhere "Everywhere" "所有项目";
    no_role "No role" "无角色";
    more "Add a role" "添加角色";
    roles_hint "Everywhere means every project and the installation itself. Whoever has several roles may do what any of them permits." "“所有项目”包含每个项目及系统本身。拥有多个角色时，权限为各角色之和。";
    what_roles_do "What each role may do" "各角色的权限";
    state "State" "状态";
    active "Active" "正常";
    invited "Invited" "已邀请";
    disabled "Disabled" "已停用";
    you "You" "你";
    joined "Added" "添加时间";
    send_invitation "Send invitation" "发送邀请";
    save "Save changes" "保存更改";
    access "Access" "登录与访问";
    invited_hint "They have not chosen a password yet. A link works for 72 hours; send another if it is over." "尚未设置密码。链接 72 小时内有效，过期可重新发送。";
    active_hint "They choose a new password by a link that works for one hour." "可通过一小时内有效的链接重设密码。";
    send_link "Send password link" "发送密码链接";
    sign_out "Sign out everywhere" "退出所有会话";
    disable "Disable" "停用";
    disable_title "Disable {name}?" "停用 {name}？";
    disable_hint "They are signed out at once, and their tokens stop working. What they did stays in the audit trail." "该操作员将立即退出，其令牌随之失效。其操作记录会保留在审计中。";
    enable "Enable" "启用";
    disabled_hint "Disabled: nobody can sign in with this account." "已停用：此账户无法登录。";
    taken "There is an operator with this e-mail already." "该邮箱已有操作员。";
    last_owner "This is the last owner who may act: make somebody else an owner first." "这是最后一位可用的所有者，请先指定其他所有者。";
    table_lead "Owners and admins besides, every role is meant for one kind of work. The table is made from what the server enforces." "除所有者和管理员外，每个角色对应一类工作。此表由服务器实际执行的规则生成。";
    permission "Permission" "权限";
    yes "Yes" "是";
    no "No" "否";
}
