//! What every table, form and chart says.

texts! {
    Parts:
    copy "Copy" "复制";
    copied "Copied" "已复制";
    search "Search" "搜索";
    apply "Apply" "应用";
    clear "Clear" "清除";
    first_page "First page" "第一页";
    next_page "Next page" "下一页";
    export "Export CSV" "导出 CSV";
    cancel "Cancel" "取消";
    close "Close" "关闭";
    save "Save" "保存";
    optional "Optional" "选填";
    all "All" "全部";
    show_table "Show as a table" "以表格显示";
    day "Day" "日期";
    so_far "Today so far" "今天截至目前";
    actions "Actions" "操作";
}
