//! The history of a program, and what one version says otherwise than another.

texts! {
    Versions:
    title "Version history" "版本历史";
    lead "Every change is a version that stays. A decision names the version it was made with." "每次更改都会保留为一个版本，每个决定都注明所依据的版本。";
    all "All versions" "全部版本";
    version "Version" "版本";
    author "By" "操作者";
    at "When" "时间";
    present "Present" "当前";
    see "What changed" "查看改动";
    first "The beginning" "初始版本";
    from "From" "从";
    to "To" "到";
    compare "Compare" "比较";
    changes "From version {from} to {to}" "版本 {from} 与版本 {to} 的差异";
    no_changes "Both say the same." "两个版本内容相同。";
    what "What" "内容";
    before "Before" "之前";
    after "After" "之后";
    nothing "–" "–";
    rule "Rule “{key}”" "规则“{key}”";
    rule_order "Order of the rules" "规则顺序";
    budget "Budget in {unit}" "{unit} 预算";
    you "You" "你";
}
