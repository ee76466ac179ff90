"""A member is cut off from the others for a while: by its network, not by its process, which goes on and knows of nothing."""

import subprocess
import time

from group import MEMBERS, SCRIPT, group, others, primary, sees, sql, wait

# Long enough for both sides to have drawn their conclusions: the majority after 5 s, the minority after 10 s.
SECONDS = 20


def asked_to_write(n):
    """How many statements that write this member was sent; those of the group itself do not count."""
    counted = sql(n, "SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_insert', 'Com_update', 'Com_delete')")
    return sum(int(line.split()[1]) for line in counted.splitlines())


def partition(n, *words):
    """Cuts member `n` off from the others, with "all" from the application as well, then heals; gives what has to be asked when all take part again."""
    faults, begun = [], time.monotonic()
    sql(primary(), "CREATE TABLE IF NOT EXISTS inviter.minority (id INT PRIMARY KEY)")
    group("cut", n, *words)
    try:
        # Somebody who reaches only this one tries to write there, and must not be told that it is kept.
        insert = [SCRIPT, "mysql", str(n), "-e", "INSERT INTO inviter.minority VALUES (1)"]
        lonely = subprocess.Popen(insert, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait("the majority has a primary", 60, lambda: primary(others(n)))
        # What was under way to the old one is over, and each process has asked around.
        time.sleep(3)
        chosen = primary(others(n))
        before = {each: asked_to_write(each) for each in (n, chosen)}
        time.sleep(max(2, SECONDS - (time.monotonic() - begun)))
        asked = {each: asked_to_write(each) - before[each] for each in before}
        if asked[n] or not asked[chosen]:
            faults.append(f"the application sent {asked[n]} writes to member {n}, which had no majority, and {asked[chosen]} to {chosen}, which had")
        if sees(n) == len(MEMBERS):
            faults.append(f"member {n} was not cut off")
    finally:
        group("heal")

    def afterwards():
        if lonely.wait(60) == 0:
            faults.append(f"member {n} acknowledged a write without a majority")
        for each in MEMBERS:
            if sql(each, "SELECT COUNT(*) FROM inviter.minority").strip() != "0":
                faults.append(f"what was written to member {n} without a majority is there on member {each}")
        return faults

    return afterwards
