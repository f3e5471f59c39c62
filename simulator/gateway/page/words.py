"""The words of the pages, Chinese and English."""

from __future__ import annotations

from agent.doctor.finding import catalogue

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Hyla 总部", "Hyla head office"),
    "shop": ("门店", "Shop"),
    "claims": ("认领终端", "Claim"),
    "devices": ("终端", "Terminals"),
    "leave": ("退出", "Log out"),
    "other_language": ("English", "中文"),
    "password": ("密码", "Password"),
    "enter": ("登录", "Log in"),
    "wrong_password": ("密码不对。", "That is not the password."),
    "wait": ("试错太多，请一分钟后再试。", "Too many wrong tries. Wait a minute."),
    "code": ("终端上显示的认领码", "Code on the terminal"),
    "code_hint": (
        "八个字符，十五分钟内有效，只能用一次。",
        "Eight characters, good for fifteen minutes, once.",
    ),
    "till": ("收银台号", "Till"),
    "replace": ("替换这个收银台现有的终端", "Replace the terminal that stands at this till"),
    "claim": ("认领", "Claim"),
    "claimed": ("已认领：请在终端上核对并确认。", "Claimed. Check and confirm on the terminal."),
    "no_shops": ("还没有门店：先运行 hyla-cloud shops add。", "No shops yet: run hyla-cloud shops add."),
    "waiting": ("等待认领的终端", "Waiting to be claimed"),
    "serial": ("序列号", "Serial"),
    "model": ("型号", "Model"),
    "expires": ("有效至", "Good until"),
    "state": ("状态", "State"),
    "online": ("在线", "online"),
    "offline": ("离线", "offline"),
    "version": ("版本", "Version"),
    "last_sale": ("最近一笔", "Last sale"),
    "outbox": ("待上传最久", "Oldest unsent"),
    "unknown": ("结果未知", "Unknown"),
    "certificate": ("证书剩余", "Certificate"),
    "days": ("天", "days"),
    "faults": ("故障", "Faults"),
    "seen": ("最近联系", "Last seen"),
    "none": ("无", "none"),
    "nothing": ("没有记录", "Nothing yet"),
    "short_code": ("短码", "Short code"),
    "decode": ("解读", "Read"),
    "all_fine": ("没有故障", "nothing is wrong"),
    "today": ("今日", "Today"),
    "sales": ("笔数", "Sales"),
    "net": ("净额", "Net"),
    "by": ("支付方式", "Paid by"),
    "count": ("笔", "Count"),
    "sum": ("金额", "Sum"),
    "given_back": ("退款", "Given back"),
    "other": ("未成交", "Without money"),
    "all_shops": ("全部门店", "All shops"),
    "show": ("查看", "Show"),
    "order": ("订单号", "Order number"),
    "find": ("查找", "Find"),
    "refunds": ("退款记录", "Refunds"),
    "amount": ("金额", "Amount"),
    "moment": ("时间", "When"),
    "payments": ("扣款", "Charges"),
    "records": ("门店记录", "From the terminal"),
    "not_an_order": ("这不是订单号。", "That is no order number."),
    "order_unknown": ("账上没有这个订单。", "The books do not know this order."),
    "to_login": ("请重新登录。", "Log in again."),
    "method_face": ("刷脸", "Face"),
    "method_code": ("扫码", "Code"),
    "method_cash": ("现金", "Cash"),
    "method_register": ("收银机", "Register"),
    "state_factory": ("在库", "in stock"),
    "state_offered": ("待认领", "waiting"),
    "state_assigned": ("已分配", "assigned"),
    "state_active": ("在用", "at work"),
    "state_revoked": ("已吊销", "revoked"),
    "state_retired": ("已退役", "retired"),
    "money_captured": ("已扣款", "charged"),
    "money_declined": ("未扣款", "declined"),
    "money_pending": ("处理中", "pending"),
    "money_voided": ("已作废", "voided"),
    "money_accepted": ("已受理", "accepted"),
    "money_refunded": ("已退", "given back"),
    "money_refused": ("已拒绝", "refused"),
    "outcome_paid": ("已付款", "paid"),
    "outcome_notpaid": ("未付款", "not paid"),
    "outcome_cancelled": ("已取消", "cancelled"),
    "outcome_held": ("待核实", "held"),
    "outcome_refunded": ("已退", "given back"),
    "outcome_refused": ("已拒绝", "refused"),
    "check_broken": ("有故障", "broken"),
    "check_doubtful": ("需留意", "doubtful"),
}
REFUSALS_ZH = {
    "unknown_serial": "销售清单里没有这个序列号。",
    "unknown_code": "没有终端在等这个认领码，请分组重读。",
    "expired_code": "认领码已超过十五分钟，终端会显示新的。",
    "used_code": "认领码已用过，只能用一次。",
    "too_many_tries": "输错太多次，请等一分钟。",
    "unknown_shop": "没有这家门店。",
    "other_merchant": "这台终端属于另一家商户。",
    "till_taken": "这个收银台已有终端：请先退役，或勾选替换。",
    "no_such_till": "收银台号应为 1 到 999。",
    "revoked": "这台终端已吊销。",
    "retired": "这台终端已退役。",
}


def word(language: str, key: str) -> str:
    """In this language; a key without words stands for itself."""
    zh, en = WORDS.get(key, (key, key))
    return zh if language == "zh" else en


def check_name(language: str, name: str) -> str:
    """What the doctor calls one of its checks; a device of a newer terminal goes by its own name."""
    check = catalogue().get(name)
    if check is None:
        return name
    return check.zh if language == "zh" else check.en


def of_kind(language: str, kind: str, value: str) -> str:
    """`money`, `captured` → 已扣款; a value without words stands for itself."""
    return word(language, f"{kind}_{value}") if f"{kind}_{value}" in WORDS else value
