"""Names of the tables that the demo's jobs read and write, layer by layer: ods, dim, dwd, dws, ads."""

FACTS = (
    "dwd_trade_order_di", "dwd_trade_refund_di", "dwd_log_page_view_di", "dwd_log_search_click_di", "dwd_ad_exposure_hi",
    "ods_pay_bill_delta", "ods_app_event_hi", "dwd_logistics_trace_di", "dwd_coupon_use_di", "dws_user_visit_1d",
)  # fmt: skip
DIMS = (
    "dim_user_df", "dim_city_df", "dim_shop_df", "dim_member_level_df", "dws_user_profile_df", "dim_channel_df",
    "dim_calendar",
)  # fmt: skip
SIDES = ("dim_item_df", "dim_brand_df", "dim_category_df", "dim_campaign_df")
OUTPUTS = (
    "ads_gmv_report_1d", "ads_channel_funnel_1d", "ads_risk_score_1h", "dws_trade_shop_1d", "dws_user_visit_30d",
    "dws_item_sales_7d", "dwd_trade_order_wide_di", "ads_city_dashboard_1d", "ads_coupon_roi_1d", "dws_search_word_1d",
)  # fmt: skip
