"""What the dashboards show. make.py writes them as JSON; a test asks a real Prometheus every query.

A query is a pair of PromQL and legend. `$__rate_interval` is Grafana's: at least four scrapes.
"""

RATE = "[$__rate_interval]"
HTTP = "inviter_http_request_duration_seconds"


def panel(kind, title, unit, *queries, help="", bounds=None):
    return {"kind": kind, "title": title, "unit": unit, "queries": queries, "help": help, "bounds": bounds}


def graph(title, unit, *queries, **more):
    return panel("timeseries", title, unit, *queries, **more)


def stat(title, unit, *queries, **more):
    return panel("stat", title, unit, *queries, **more)


def quantiles(metric, by="", where=""):
    """The median, the 95th and the 99th percentile of a histogram."""
    labels, legend = (f"le, {by}", f"{{{{{by}}}}} ") if by else ("le", "")
    return [
        (f"histogram_quantile({q}, sum by ({labels}) (rate({metric}_bucket{where}{RATE})))", f"{legend}p{round(q * 100)}")
        for q in (0.5, 0.95, 0.99)
    ]


SLO = {
    "title": "1 Service levels",
    "since": "now-24h",
    "panels": [
        stat("Error budget left (30 days)", "percentunit", ("slo:budget_left:30d", "{{slo}}"), bounds=(0.5, 0.1)),
        stat("Gone wrong, last hour", "percentunit", ("slo:error_ratio:1h", "{{slo}}"), bounds=(0.001, 0.01)),
        stat("Instances that answer", "none", ('sum(up{job="inviter"})', "up"), bounds=(2.5, 1.5)),
        stat("Public address", "none", ("min(probe_success)", "answers"), bounds=(0.9, 0.5)),
        graph("Burn rate, 1 h", "none", ("slo:error_ratio:1h / on (slo) slo:budget", "{{slo}}"), help="14.4 pages, where 5 m says so too."),
        graph("Burn rate, 6 h", "none", ("slo:error_ratio:6h / on (slo) slo:budget", "{{slo}}"), help="6 pages, 1 is a ticket."),
        graph("Requests counted for each promise", "reqps", ("slo:requests:rate5m", "{{slo}}")),
        graph("Of those, wrong or slow", "reqps", ("slo:errors:rate5m", "{{slo}}")),
    ],
}

SERVICE = {
    "title": "2 Service by route",
    "panels": [
        graph("Requests by route", "reqps", (f"topk(15, sum by (route) (rate({HTTP}_count{RATE})))", "{{route}}")),
        graph("Answers by status", "reqps", (f"sum by (status) (rate({HTTP}_count{RATE}))", "{{status}}")),
        graph("Errors by route (5xx)", "reqps", (f'sum by (route) (rate({HTTP}_count{{status="5xx"}}{RATE}))', "{{route}}")),
        graph("99th percentile by route", "s", (f"topk(15, histogram_quantile(0.99, sum by (le, route) (rate({HTTP}_bucket{RATE}))))", "{{route}}")),
        graph("Latency of links (/i/{code})", "s", *quantiles(HTTP, where='{route="/i/{code}"}')),
        graph("Latency of the API", "s", *quantiles(HTTP, where='{route=~"/api/v1/.+"}')),
        graph("Requests in flight", "none", ("sum by (instance) (inviter_http_requests_in_flight)", "{{instance}}")),
        graph("Refused attempts", "ops", (f"sum by (event) (rate(inviter_security_events_total{RATE}))", "{{event}}")),
        graph("Memory of an instance", "bytes", ('process_resident_memory_bytes{job="inviter"}', "{{instance}}")),
        graph("Processor of an instance", "percentunit", (f'rate(process_cpu_seconds_total{{job="inviter"}}{RATE})', "{{instance}}")),
        graph("Commits shared by writes", "s", *quantiles("inviter_group_commit_duration_seconds")),
        graph("Writes in a commit", "none", (f"rate(inviter_group_commit_writes_sum{RATE}) / rate(inviter_group_commit_writes_count{RATE})", "{{instance}}")),
        graph("Browsers that are told live", "none", ("sum by (instance) (inviter_live_listeners)", "{{instance}}")),
        stat("Version", "none", ("count by (version) (inviter_build_info)", "{{version}}")),
    ],
}

BUSINESS = {
    "title": "3 Business funnel and rewards",
    "since": "now-7d",
    "panels": [
        stat("Invitations, 24 h", "none", ("sum(increase(inviter_invitations_total[24h]))", "sent")),
        stat("Clicks of people, 24 h", "none", ('sum(increase(inviter_clicks_total{outcome="person"}[24h]))', "clicks")),
        stat("Sign-ups, 24 h", "none", ('sum(increase(inviter_sign_ups_total{outcome=~"attributed|recorded"}[24h]))', "sign-ups")),
        stat("Sign-ups of clicks, 1 h", "percentunit", ("business:conversion:ratio1h", "conversion")),
        graph("Funnel, an hour", "none", ("business:clicks:increase1h", "clicks"), ("business:sign_ups:increase1h", "sign-ups"),
              ('sum(increase(inviter_referrals_total{state="qualified"}[1h]))', "qualified")),
        graph("Sign-ups, today and a week ago", "none", ("business:sign_ups:increase1h", "today"), ("business:sign_ups:increase1h offset 1w", "a week ago")),
        graph("Clicks by what they were", "none", ("sum by (outcome) (increase(inviter_clicks_total[1h]))", "{{outcome}}")),
        graph("Sign-ups by outcome", "none", ("sum by (outcome) (increase(inviter_sign_ups_total[1h]))", "{{outcome}}")),
        graph("Referrals by state reached", "none", ("sum by (state) (increase(inviter_referrals_total[1h]))", "{{state}}")),
        graph("Grants by state reached", "none", ("sum by (state) (increase(inviter_grants_total[1h]))", "{{state}}")),
        graph("Worth of grants, an hour", "none", ('sum by (kind, unit) (increase(inviter_reward_amount_total{state="available"}[1h]))', "{{kind}} {{unit}}"),
              help="Minor units of the unit, or pieces."),
        graph("Grants that wait", "none", ("max by (state) (inviter_grants_waiting)", "{{state}}")),
        stat("Least budget left", "percentunit", ("min(inviter_budget_lowest_left_ratio)", "left"), bounds=(0.25, 0.1)),
        stat("Ledger off by (minor units)", "none", ("max(abs(inviter_ledger_imbalance))", "difference"), bounds=(1, 1.5)),
    ],
}

RISK = {
    "title": "4 Risk and reviews",
    "since": "now-24h",
    "panels": [
        stat("Referrals to review", "none", ("max(inviter_reviews_waiting)", "waiting"), bounds=(50, 200)),
        stat("Oldest of them", "s", ("max(inviter_review_oldest_age_seconds)", "age"), bounds=(43200, 86400)),
        graph("Verdicts, an hour", "none", ("business:risk_verdicts:increase1h", "{{verdict}}")),
        graph("Share held, reviewed or blocked", "percentunit",
              ('sum(rate(inviter_risk_verdicts_total{verdict!="allow"}[1h])) / (sum(rate(inviter_risk_verdicts_total[1h])) > 0)', "share")),
        graph("Reviews that wait", "none", ("max(inviter_reviews_waiting)", "waiting")),
        graph("Refused attempts", "ops", (f"sum by (event) (rate(inviter_security_events_total{RATE}))", "{{event}}")),
        graph("Bots among the clicks", "percentunit", ('sum(rate(inviter_clicks_total{outcome="bot"}[1h])) / (sum(rate(inviter_clicks_total[1h])) > 0)', "bots")),
    ],
}

MYSQL = {
    "title": "5 MySQL group",
    "panels": [
        stat("Members that take part", "none", ("max(inviter_mysql_group_online)", "online"), bounds=(2.5, 1.5)),
        stat("Primary", "none", ('max by (member) (inviter_mysql_member_role{role="PRIMARY"})', "{{member}}")),
        stat("Changes of the primary, 24 h", "none", ("max(increase(inviter_db_failovers_total[24h]))", "changes"), bounds=(1, 4)),
        stat("Last time without a writer", "s", ("max(inviter_db_last_failover_duration_seconds)", "gap"), bounds=(5, 12)),
        graph("Roles over time", "none", ('max by (member, role) (inviter_mysql_member_role)', "{{member}} {{role}}")),
        graph("Verdicts of the guards", "none", ("inviter_mysql_guard_verdict", "{{instance}} {{verdict}}")),
        graph("Transactions to apply", "none", ("max by (member) (inviter_mysql_member_queue)", "{{member}}"),
              ("mysql_perf_schema_transactions_remote_in_applier_queue", "{{instance}} (inside)")),
        graph("Lag that Inviter sees", "s", ("max by (member) (inviter_db_member_lag_seconds)", "{{member}}")),
        graph("Statements", "ops", (f"rate(mysql_global_status_questions{RATE})", "{{instance}}")),
        graph("Commits and rollbacks", "ops", (f'rate(mysql_global_status_commands_total{{command=~"commit|rollback"}}{RATE})', "{{instance}} {{command}}")),
        graph("Connections in use", "percentunit", ("mysql_global_status_threads_connected / mysql_global_variables_max_connections", "{{instance}}"), bounds=(0.6, 0.8)),
        graph("Connections of Inviter", "none", ("sum by (member, state) (inviter_db_connections)", "{{member}} {{state}}")),
        graph("Waiting for a connection", "s", *quantiles("inviter_db_connection_wait_seconds")),
        graph("Writes tried again", "ops", (f"sum by (outcome) (rate(inviter_transact_retries_total{RATE}))", "{{outcome}}")),
        graph("Buffer pool: reads from disk", "percentunit",
              (f"rate(mysql_global_status_innodb_buffer_pool_reads{RATE}) / rate(mysql_global_status_innodb_buffer_pool_read_requests{RATE})", "{{instance}}")),
        graph("Binary logs on disk", "bytes", ("mysql_binlog_size_bytes", "{{instance}}")),
    ],
}

REDIS = {
    "title": "6 Redis and caches",
    "panels": [
        stat("Servers that answer", "none", ("sum(redis_up)", "up")),
        stat("Instances that have Redis", "none", ("sum(inviter_redis_up)", "have")),
        stat("Slots served", "none", ("min(redis_cluster_slots_ok)", "slots"), bounds=(16383.5, 16000)),
        graph("Calls by outcome", "ops", (f"sum by (outcome) (rate(inviter_redis_call_duration_seconds_count{RATE}))", "{{outcome}}")),
        graph("Latency of calls", "s", *quantiles("inviter_redis_call_duration_seconds", where='{outcome="ok"}')),
        graph("Hits by cache", "percentunit",
              (f'sum by (level) (rate(inviter_cache_lookups_total{{result="hit"}}{RATE})) / (sum by (level) (rate(inviter_cache_lookups_total{RATE})) > 0)', "{{level}}")),
        graph("Look-ups", "ops", (f"sum by (level, result) (rate(inviter_cache_lookups_total{RATE}))", "{{level}} {{result}}")),
        graph("Roles", "none", ("max by (instance, role) (redis_instance_info)", "{{instance}} {{role}}")),
        graph("Memory in use", "percentunit", ("redis_memory_used_bytes / (redis_memory_max_bytes > 0)", "{{instance}}"), bounds=(0.8, 0.95)),
        graph("Thrown out", "ops", (f"rate(redis_evicted_keys_total{RATE})", "{{instance}}")),
        graph("Commands", "ops", (f"rate(redis_commands_processed_total{RATE})", "{{instance}}")),
        graph("Clients", "none", ("redis_connected_clients", "{{instance}}")),
    ],
}

EDGE = {
    "title": "7 nginx and edge",
    "panels": [
        stat("nginx", "none", ("nginx_up", "up"), bounds=(0.9, 0.5)),
        stat("Certificate ends in", "s", ("min(probe_ssl_earliest_cert_expiry) - time()", "left"), bounds=(1814400, 604800)),
        stat("Asked from outside", "none", ("probe_success", "{{instance}}"), bounds=(0.9, 0.5)),
        graph("Requests at nginx", "reqps", (f"rate(nginx_http_requests_total{RATE})", "requests")),
        graph("Requests at the application", "reqps", (f"sum(rate({HTTP}_count{RATE}))", "requests")),
        graph("Connections", "none", ("nginx_connections_active", "active"), ("nginx_connections_reading", "reading"), ("nginx_connections_writing", "writing"),
              ("nginx_connections_waiting", "waiting")),
        graph("Accepted and dropped", "ops", (f"rate(nginx_connections_accepted{RATE})", "accepted"),
              (f"rate(nginx_connections_accepted{RATE}) - rate(nginx_connections_handled{RATE})", "dropped")),
        graph("Answer from outside, by phase", "s", ("avg by (instance, phase) (probe_http_duration_seconds)", "{{instance}} {{phase}}")),
        graph("Status from outside", "none", ("probe_http_status_code", "{{instance}}")),
    ],
}

JOBS = {
    "title": "8 Jobs and webhooks",
    "panels": [
        stat("Jobs due", "none", ("max(inviter_jobs_waiting)", "due"), bounds=(1000, 10000)),
        stat("Oldest", "s", ("max(inviter_jobs_oldest_age_seconds)", "age"), bounds=(60, 300)),
        graph("Jobs done", "ops", (f"sum by (kind, outcome) (rate(inviter_job_duration_seconds_count{RATE}))", "{{kind}} {{outcome}}")),
        graph("Jobs due and their age", "none", ("max(inviter_jobs_waiting)", "due"), ("max(inviter_jobs_oldest_age_seconds)", "oldest, seconds")),
        graph("How long jobs take (p95)", "s",
              (f"histogram_quantile(0.95, sum by (le, kind) (rate(inviter_job_duration_seconds_bucket{RATE})))", "{{kind}}")),
        graph("Followers behind", "none", ("max by (name) (inviter_follower_lag_events)", "{{name}}")),
        graph("Webhooks by outcome", "ops", (f"sum by (outcome) (rate(inviter_webhook_duration_seconds_count{RATE}))", "{{outcome}}")),
        graph("How long receivers take", "s", *quantiles("inviter_webhook_duration_seconds")),
        graph("News for browsers that wait", "none", ("max by (instance) (inviter_live_waiting)", "{{instance}}")),
    ],
}

BACKUP = {
    "title": "9 Backups",
    "since": "now-7d",
    "panels": [
        stat("Last backup", "s", ("time() - inviter_backup_last_success_timestamp_seconds > 0", "age"), bounds=(93600, 180000)),
        stat("Last one brought to life", "s", ("time() - inviter_backup_last_verified_timestamp_seconds > 0", "age"), bounds=(93600, 180000)),
        stat("The newest is good", "none", ("inviter_backup_verified", "good"), bounds=(0.9, 0.5)),
        stat("Stream behind", "s", ("inviter_backup_stream_lag_seconds", "lag"), bounds=(5, 60)),
        graph("Size", "bytes", ("inviter_backup_size_bytes", "size")),
        graph("How long each step took", "s", ("inviter_backup_duration_seconds", "{{step}}")),
        graph("Stream behind, over time", "s", ("inviter_backup_stream_lag_seconds", "lag")),
    ],
}

DISKS = 'fstype!~"tmpfs|overlay|squashfs|ramfs|iso9660|nsfs"'
CAPACITY = {
    "title": "10 Capacity",
    "since": "now-7d",
    "panels": [
        stat("Processors busy", "percentunit", ('1 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m]))', "busy"), bounds=(0.7, 0.9)),
        stat("Memory available", "percentunit", ("node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", "available"), bounds=(0.2, 0.08)),
        stat("Disk left", "percentunit", (f"min(node_filesystem_avail_bytes{{{DISKS}}} / node_filesystem_size_bytes{{{DISKS}}})", "left"), bounds=(0.2, 0.1)),
        stat("Disk in 7 days, if it goes on", "bytes", (f"min(predict_linear(node_filesystem_avail_bytes{{{DISKS}}}[1d], 604800))", "left"), bounds=(1e10, 0)),
        graph("Processors", "percentunit", (f'avg by (mode) (rate(node_cpu_seconds_total{{mode!="idle"}}{RATE}))', "{{mode}}")),
        graph("Memory", "bytes", ("node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes", "in use"), ("node_memory_MemTotal_bytes", "all")),
        graph("Disk left, by mount point", "bytes", (f"node_filesystem_avail_bytes{{{DISKS}}}", "{{mountpoint}}")),
        graph("Disk busy", "percentunit", (f"rate(node_disk_io_time_seconds_total{RATE})", "{{device}}")),
        graph("Network", "Bps", (f'rate(node_network_receive_bytes_total{{device!="lo"}}{RATE})', "in {{device}}"),
              (f'rate(node_network_transmit_bytes_total{{device!="lo"}}{RATE})', "out {{device}}")),
        graph("Waiting for a resource", "percentunit", (f"rate(node_pressure_cpu_waiting_seconds_total{RATE})", "processor"),
              (f"rate(node_pressure_io_waiting_seconds_total{RATE})", "disk"), (f"rate(node_pressure_memory_waiting_seconds_total{RATE})", "memory")),
        graph("Processor time for a request", "s", (f'sum(rate(process_cpu_seconds_total{{job="inviter"}}{RATE})) / sum(rate({HTTP}_count{RATE}))', "seconds")),
        graph("Requests, highest of a day", "reqps", (f"max_over_time(sum(rate({HTTP}_count[5m]))[1d:5m])", "requests")),
        graph("Series that Prometheus keeps", "none", ("prometheus_tsdb_head_series", "series")),
    ],
}

BOARDS = {"slo": SLO, "service": SERVICE, "business": BUSINESS, "risk": RISK, "mysql": MYSQL, "redis": REDIS, "edge": EDGE, "jobs": JOBS,
          "backups": BACKUP, "capacity": CAPACITY}
