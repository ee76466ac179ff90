//! Handing a link on.

texts! {
    Share:
    link "Your link" "你的链接";
    code "Your code" "你的邀请码";
    share "Share" "分享";
    email "Send by e-mail" "通过邮件发送";
    qr "QR code of your link" "链接二维码";
    qr_png "Save as PNG" "保存为 PNG";
    qr_svg "Save as SVG" "保存为 SVG";
    png "PNG" "PNG";
    svg "SVG" "SVG";
    subject "Join me at {program}" "邀请你加入 {program}";
    words "I would like you to join {program}. This is my invitation:" "邀请你加入 {program}，这是我的专属链接：";
}
