"""The shapes that SQL jobs have: a query, and the stages that the service makes of it.

A stage's name holds its number and the numbers of the stages it reads: `J3_1_2` joins 1 and 2. `M` maps a table, `J` joins, `R`
reduces. In the query `{fact}`, `{dim}`, `{side}` and `{out}` stand for tables, `{day}` for a partition.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pattern:
    """A query template, its stages in order, and whether rows go to a table (`writes`) or to the caller.

    `columns` describe the rows a select gives: (name, type) pairs.
    """

    stages: tuple[str, ...]
    query: str
    writes: bool = True
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """The table placeholders it reads, one for each `M` stage, in order."""
        return tuple(name for name in ("fact", "dim", "side") if f"{{{name}}}" in self.query)


_DAILY_AGGREGATE = Pattern(
    ("M1", "R2_1"),
    """INSERT OVERWRITE TABLE {out} PARTITION (ds = '{day}')
SELECT  shop_id
       ,category_id
       ,COUNT(DISTINCT buyer_id)    AS buyer_cnt
       ,SUM(pay_amount)             AS pay_amount
FROM    {fact}
WHERE   ds = '{day}'
AND     pay_status = 'PAID'
GROUP BY shop_id
        ,category_id;""",
)
_JOIN = Pattern(
    ("M1", "M2", "J3_1_2"),
    """INSERT OVERWRITE TABLE {out} PARTITION (ds = '{day}')
SELECT  a.order_id
       ,a.buyer_id
       ,b.member_level
       ,COALESCE(b.city_name, 'unknown')    AS city_name
       ,a.gmt_create
FROM    {fact} a
LEFT OUTER JOIN {dim} b
ON      a.buyer_id = b.user_id
AND     b.ds = '{day}'
WHERE   a.ds = '{day}';""",
)
_JOIN_AGGREGATE = Pattern(
    ("M1", "M2", "J3_1_2", "R4_3"),
    """INSERT OVERWRITE TABLE {out} PARTITION (ds = '{day}')
SELECT  b.province
       ,b.member_level
       ,COUNT(*)                            AS order_cnt
       ,SUM(a.pay_amount)                   AS gmv
       ,SUM(IF(a.is_refund = 1, 1, 0))      AS refund_cnt
FROM    (
            SELECT  *
            FROM    {fact}
            WHERE   ds BETWEEN TO_CHAR(DATEADD(GETDATE(), -7, 'dd'), 'yyyymmdd') AND '{day}'
        ) a
JOIN    {dim} b
ON      a.user_id = b.user_id
GROUP BY b.province
        ,b.member_level;""",
)
_STAR = Pattern(
    ("M1", "M2", "M4", "J3_1_2", "J5_3_4", "R6_5"),
    """WITH paid AS (
    SELECT  order_id, user_id, item_id, pay_amount
    FROM    {fact}
    WHERE   ds = '{day}' AND pay_amount > 0
)
INSERT OVERWRITE TABLE {out} PARTITION (ds = '{day}')
SELECT  /*+ MAPJOIN(i) */
        u.age_group
       ,i.brand_name
       ,PERCENTILE(p.pay_amount, 0.5)       AS median_amount
       ,SUM(p.pay_amount)                   AS pay_amount
FROM    paid p
JOIN    {dim} u ON p.user_id = u.user_id
JOIN    {side} i ON p.item_id = i.item_id
GROUP BY u.age_group, i.brand_name
DISTRIBUTE BY u.age_group
SORT BY pay_amount DESC;""",
)
_WINDOW = Pattern(
    ("M1", "R2_1", "R3_2"),
    """INSERT OVERWRITE TABLE {out} PARTITION (ds = '{day}')
SELECT  user_id, session_id, page_id, stay_ms
FROM    (
            SELECT  user_id, session_id, page_id, stay_ms
                   ,ROW_NUMBER() OVER (PARTITION BY user_id, session_id ORDER BY event_time DESC) AS rn
            FROM    {fact}
            WHERE   ds = '{day}' AND event_type <> 'heartbeat'
        ) t
WHERE   rn <= 3;""",
)
_EXPLODE = Pattern(
    ("M1",),
    """INSERT INTO TABLE {out} PARTITION (ds = '{day}')
SELECT  log_id
       ,GET_JSON_OBJECT(payload, '$.device.model')  AS device_model
       ,tag
FROM    {fact}
LATERAL VIEW EXPLODE(SPLIT(tags, ',')) t AS tag
WHERE   ds = '{day}' AND payload IS NOT NULL;""",
)
_AD_HOC_COUNT = Pattern(
    ("M1", "R2_1"),
    """SELECT  channel, COUNT(*) AS n
FROM    {fact}
WHERE   ds = '{day}' AND amount < 10 AND note <> 'a&b'
GROUP BY channel
ORDER BY n DESC
LIMIT 100;""",
    writes=False,
    columns=(("channel", "string"), ("n", "bigint")),
)
_AD_HOC_JOIN = Pattern(
    ("M1", "M2", "J3_1_2", "R4_3"),
    """SELECT  d.city_name, COUNT(DISTINCT f.user_id) AS uv, AVG(f.stay_ms) AS avg_stay_ms
FROM    {fact} f
JOIN    {dim} d ON f.city_id = d.city_id
WHERE   f.ds >= '{day}'
GROUP BY d.city_name
HAVING  uv > 1000;""",
    writes=False,
    columns=(("city_name", "string"), ("uv", "bigint"), ("avg_stay_ms", "double")),
)
_MERGE = Pattern(
    ("M1", "M2", "J3_1_2"),
    """MERGE INTO {out} t
USING   {fact} s
ON      t.order_id = s.order_id AND t.ds = '{day}'
WHEN MATCHED THEN UPDATE SET pay_status = s.pay_status, gmt_modified = s.gmt_modified
WHEN NOT MATCHED THEN INSERT VALUES (s.order_id, s.pay_status, s.gmt_modified, '{day}'); -- {dim}""",
)

PATTERNS = (
    _DAILY_AGGREGATE, _DAILY_AGGREGATE, _JOIN, _JOIN_AGGREGATE, _JOIN_AGGREGATE, _STAR, _STAR,
    _WINDOW, _EXPLODE, _AD_HOC_COUNT, _AD_HOC_JOIN, _MERGE,
)  # fmt: skip
"""What arriving SQL instances run; the commoner shapes stand here twice."""

SKEWED = WIDE = _JOIN_AGGREGATE
TYPICAL = _STAR
HOSTILE = Pattern(
    ("M1", "R2_1"),
    "SELECT  '\x9b31m\x9d0;owned\x9c' AS `[/y]`, '[@click=app.quit()]x[/]' AS c\n"
    "       ,'\u202egnp.exe\u2069' AS bidi, '\u200b\u200d' AS nothing, '数据表 🔥👩\u200d🚀' AS wide -- ]]> &amp; <b>\n"
    "FROM    {fact}\nWHERE   ds = '{day}';",
    writes=False,
    columns=(("c", "string"), ("wide", "string")),
)
XFLOW_STEP = Pattern(("M1", "R2_1"), "-- PAI step\nSELECT * FROM {fact} WHERE ds = '{day}';", writes=False)

DDL_STATEMENTS = (
    "ALTER TABLE {out} ADD IF NOT EXISTS PARTITION (ds = '{day}');",
    "ALTER TABLE {out} DROP IF EXISTS PARTITION (ds < '{day}');",
    "CREATE TABLE IF NOT EXISTS {out} (id BIGINT, payload STRING COMMENT 'raw & unparsed') PARTITIONED BY (ds STRING);",
    "DROP TABLE IF EXISTS {out};",
    "TRUNCATE TABLE {out};",
    "ALTER TABLE {out} SET LIFECYCLE 30;",
)
