//! What a form did, said on the page after it.

macro_rules! done {
    ($($name:ident $en:literal $zh:literal;)*) => {
        texts! { Done: $($name $en $zh;)* }

        impl Done {
            /// The sentence of a name.
            pub(crate) fn named(&self, name: &str) -> Option<&'static str> {
                match name {
                    $(stringify!($name) => Some(self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

done! {
    code_made "The code is ready." "邀请码已创建。";
    code_revoked "The code is revoked." "邀请码已撤销。";
    codes_made "The codes are ready. Export them as CSV." "邀请码已生成，可导出为 CSV。";
    invitation_sent "The invitation is on its way." "邀请正在发送。";
    invitation_taken_back "The invitation is taken back." "邀请已撤回。";
    referral_accepted "The referral is accepted." "推荐已通过。";
    referral_rejected "The referral is rejected." "推荐已拒绝。";
    referral_reversed "The referral is reversed." "推荐已撤销。";
    member_saved "The member is saved." "成员已保存。";
    pool_made "The pool is ready. Fill it with coupons." "券池已创建，请添加优惠券。";
    reward_claimed "The reward is marked as claimed." "奖励已标记为已领取。";
    reward_reversed "The reward is taken back." "奖励已收回。";
    rewards_approved "Approved." "已批准。";
    rewards_rejected "Rejected." "已拒绝。";
    saved "Saved." "已保存。";
    program_created "The draft is made. Say what it rewards, then start it." "草稿已创建。填写奖励规则后即可启用。";
    program_saved "The program is saved." "计划已保存。";
    program_started "The program is running." "计划已启用。";
    program_paused "The program is paused." "计划已暂停。";
    program_ended "The program has ended." "计划已结束。";
    project_created "The project is made." "项目已创建。";
    token_key_added "The key is added." "密钥已添加。";
    token_key_removed "The key is removed." "密钥已移除。";
    spent "Spent." "已使用。";
    signed_out "You are signed out." "你已退出登录。";
    password_changed "Your password is changed." "密码已修改。";
    session_ended "The session is ended." "会话已结束。";
    my_invitation_sent "The invitation is on its way." "邀请邮件正在发送。";
    inviter_named "It counts for whoever invited you." "已计入邀请人。";
    my_reward_claimed "The reward is yours." "奖励已领取。";
    notices_read "All read." "已全部标为已读。";
    link_sent "If we know this address, a link is on its way." "如果该地址已登记，链接正在发送。";
}
