use inviter_config as config;

#[test]
fn every_key_has_a_row_with_default_variable_and_meaning() {
    let reference = config::reference();
    let keys = config::defaults()
        .lines()
        .filter(|line| !line.starts_with('#') && line.contains(" = "))
        .count();
    let rows: Vec<_> = reference
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert_eq!(rows.len(), keys);
    for row in rows {
        let cells: Vec<_> = row.split(" | ").collect();
        assert_eq!(cells.len(), 4, "{row}");
        assert!(cells[2].starts_with("`INVITER_"), "{row}");
        assert!(
            cells[3].trim_end_matches('|').trim().len() > 10,
            "no meaning: {row}"
        );
    }
    assert!(reference.contains(
        "| `server.bind` | `\"127.0.0.1:3000\"` | `INVITER_SERVER__BIND` | Address and port"
    ));
}
