"""The words of what is printed, a day or a receipt. The same sentences as on the screens (ui/i18n): a test
holds them together, since the agent cannot read the catalogue of another program."""

from __future__ import annotations

from agent.core.compare import Kind
from agent.core.figures import Ending

DIFFERENCES: dict[str, dict[Kind, str]] = {
    "zh": {
        Kind.UNSENT: "尚未上传云端：等网络恢复后再对账",
        Kind.PARKED: "云端拒收：请联系技术支持",
        Kind.IN_DOUBT: "尚不知是否已付：请在待确认订单中处理",
        Kind.OWED: "先取后付尚未收款：收款后再对账",
        Kind.REFUND_OPEN: "退款处理中：请明天再对账",
        Kind.IN_DOUBT_CAPTURED: "本机待确认，实际已扣款：请确认为已付",
        Kind.CHARGED_ELSEWHERE: "已扣款但本机未收款：请退还顾客",
        Kind.REFUNDED_ELSEWHERE: "已在别处退款：请勿重复退款",
        Kind.DOUBLE: "同一笔记账两次：请联系技术支持",
        Kind.AMOUNT: "金额不同：请联系技术支持",
        Kind.STATE: "各方状态不一致：请明天再对账",
        Kind.ORDER: "对应的订单不同：请联系技术支持",
        Kind.CASH_ELSEWHERE: "本机收现金，别处又扣款：请退还扣款",
        Kind.ONLY_HERE: "仅本机有记录：请联系技术支持核实",
        Kind.NOT_IN_CLOUD: "云端无记录：请联系技术支持",
        Kind.NOT_IN_BILL: "支付机构账单暂无：请明天再对账",
        Kind.ONLY_IN_BILL: "仅支付机构账单有记录：请向支付机构查询",
    },
    "en": {
        Kind.UNSENT: "Not sent to the cloud yet: wait for the network, then compare again",
        Kind.PARKED: "Refused by the cloud: call support",
        Kind.IN_DOUBT: "Nobody knows yet whether it was paid: settle it under Orders in doubt",
        Kind.OWED: "On trust, not collected yet: compare again once it is",
        Kind.REFUND_OPEN: "Refund on its way: compare again tomorrow",
        Kind.IN_DOUBT_CAPTURED: "In doubt here, but charged: settle it as paid",
        Kind.CHARGED_ELSEWHERE: "Charged, but not paid here: refund it to the customer",
        Kind.REFUNDED_ELSEWHERE: "Refunded, but not here: do not refund it again",
        Kind.DOUBLE: "Twice in one of the books: call support",
        Kind.AMOUNT: "Another amount: call support",
        Kind.STATE: "The books do not agree whether it was done: compare again tomorrow",
        Kind.ORDER: "Belongs to another order elsewhere: call support",
        Kind.CASH_ELSEWHERE: "Cash here, but charged elsewhere: refund the charge",
        Kind.ONLY_HERE: "Only this till knows of it: call support before the goods are given up",
        Kind.NOT_IN_CLOUD: "The cloud does not know it: call support",
        Kind.NOT_IN_BILL: "Not in the provider's bill yet: compare again tomorrow",
        Kind.ONLY_IN_BILL: "Only in the provider's bill: ask the provider",
    },
}
ENDINGS: dict[str, dict[Ending, str]] = {
    "zh": {
        Ending.SOLD: "收款",
        Ending.REFUNDED: "退款",
        Ending.HELD: "待确认",
        Ending.SETTLED_PAID: "确认已付",
        Ending.SETTLED_NOT_PAID: "确认未付",
        Ending.OWED: "先取后付",
        Ending.COLLECTED: "补收",
        Ending.CANCELLED: "已取消",
        Ending.DISCOUNTED: "会员优惠",
        Ending.JOINED: "新会员",
    },
    "en": {
        Ending.SOLD: "sales",
        Ending.REFUNDED: "refunds",
        Ending.HELD: "in doubt",
        Ending.SETTLED_PAID: "settled as paid",
        Ending.SETTLED_NOT_PAID: "settled as not paid",
        Ending.OWED: "on trust",
        Ending.COLLECTED: "collected later",
        Ending.CANCELLED: "given up",
        Ending.DISCOUNTED: "membership discounts",
        Ending.JOINED: "new members",
    },
}
OUTCOMES: dict[str, dict[str, str]] = {
    "zh": {
        "paid": "已收款",
        "notpaid": "未收款",
        "cancelled": "已取消",
        "unknown": "未知，查询中",
        "held": "待店长处理",
        "owed": "延迟扣款",
        "named": "未扣成，待处理",
        "settled": "已另行结清",
    },
    "en": {
        "paid": "Paid",
        "notpaid": "Not paid",
        "cancelled": "Cancelled",
        "unknown": "Unknown, asking",
        "held": "With the manager",
        "owed": "To be collected",
        "named": "Not collected",
        "settled": "Settled elsewhere",
    },
}
METHODS: dict[str, dict[str, str]] = {
    "zh": {
        "": "未付款",
        "code": "付款码",
        "face": "刷脸",
        "wechat": "微信支付",
        "alipay": "支付宝",
        "unionpay": "云闪付",
        "cash": "现金",
    },
    "en": {
        "": "No payment",
        "code": "Payment code",
        "face": "Face",
        "wechat": "WeChat Pay",
        "alipay": "Alipay",
        "unionpay": "UnionPay",
        "cash": "Cash",
    },
}
TITLES: dict[str, dict[str, str]] = {
    "zh": {
        "day": "日结",
        "taken": "实收（已减退款）",
        "agreed": "三方一致",
        "cash": "现金",
        "differences": "差异",
    },
    "en": {
        "day": "Close of",
        "taken": "Taken, less refunds",
        "agreed": "All three agree",
        "cash": "Cash",
        "differences": "Differences",
    },
}
