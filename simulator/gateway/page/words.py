"""The words of the pages, Chinese and English."""

from __future__ import annotations

from agent.doctor.finding import catalogue
from simulator.gateway.refusals import REFUSALS

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Hyla 总部", "Hyla head office"),
    "shop": ("门店", "Shop"),
    "claims": ("开通终端", "Claim"),
    "devices": ("终端", "Terminals"),
    "leave": ("退出", "Log out"),
    "leaving": ("迁店与退役", "Move and retire"),
    "move": ("迁往另一门店", "Move to another shop"),
    "move_hint": (
        "生成一张二维码，放到终端的扫码器前（F2、F7）。终端有未了之事时会说明并留在原处。",
        "Makes a QR for the terminal's scanner (F2, F7). While something is missing it says so and stays.",
    ),
    "replace_broken": ("更换损坏的终端", "Replace a broken terminal"),
    "replace_hint": (
        "先吊销损坏的终端，再把收银台号、欠款和待核实的付款交给新的一台。",
        "The broken one is revoked first; its till, debts and payments in doubt go to the other one.",
    ),
    "broken": ("损坏的终端", "The broken one"),
    "by_serial": (
        "新终端的序列号（无网络时用二维码）",
        "Serial number of the other one (by QR, without a network)",
    ),
    "replaced": (
        "已吊销并更换，移交 {count} 笔未了订单。",
        "revoked and replaced, {count} open orders handed over.",
    ),
    "retire": ("终端退役", "Retire a terminal"),
    "retire_hint": (
        "终端自行销毁人脸、密钥和设置，并出示回执。",
        "It destroys faces, keys and settings by itself, and shows a receipt.",
    ),
    "ordered": (
        "请在七天内把此二维码放到终端的扫码器前。",
        "hold this QR before its scanner within seven days.",
    ),
    "receipt": ("终端的回执", "A terminal's receipt"),
    "receipt_text": ("回执上的文字", "The text of the receipt"),
    "check": ("核对", "Check"),
    "why_moved": ("已迁店，回执有效。", "has moved; the receipt holds."),
    "why_retired": ("已退役，回执有效。", "has retired; the receipt holds."),
    "why_forgotten": ("已自行清除，回执有效。", "has forgotten itself; the receipt holds."),
    "other_language": ("English", "中文"),
    "name": ("姓名", "Name"),
    "deeds": ("谁做了什么", "Who did what"),
    "person": ("姓名", "Who"),
    "deed": ("事项", "What"),
    "about": ("对象", "About"),
    "deed_done": ("完成", "done"),
    "deed_login": ("登录", "log in"),
    "deed_claim": ("认领", "claim"),
    "deed_activation": ("离线认领码", "activation"),
    "deed_settings": ("下发设置", "settings"),
    "deed_command": ("下发指令", "command"),
    "deed_bundle": ("请求诊断包", "ask for a bundle"),
    "deed_bundle_open": ("打开诊断包", "open a bundle"),
    "deed_move": ("迁店", "move"),
    "deed_replace": ("更换", "replace"),
    "deed_retire": ("退役", "retire"),
    "deed_receipt": ("核对回执", "check a receipt"),
    "deed_archive": ("打开档案", "open an archive"),
    "deed_revoke": ("吊销", "revoke"),
    "deed_again": ("重新入库", "take into stock"),
    "deed_people": ("人员", "people"),
    "deed_marks": ("离线赊账名单", "whom a shop trusts"),
    "password": ("密码", "Password"),
    "enter": ("登录", "Log in"),
    "wrong_password": ("姓名或密码不对。", "That is not the name and its password."),
    "wait": ("试错太多，请一分钟后再试。", "Too many wrong tries. Wait a minute."),
    "code": ("终端上显示的开通码", "Code on the terminal"),
    "code_hint": (
        "八个字符，十五分钟内有效，只能用一次。",
        "Eight characters, good for fifteen minutes, once.",
    ),
    "till": ("收银台号", "Till"),
    "replace": ("替换这个收银台现有的终端", "Replace the terminal that stands at this till"),
    "claim": ("开通", "Claim"),
    "claimed": ("已开通：请在终端上核对并确认。", "Claimed. Check and confirm on the terminal."),
    "no_shops": ("还没有门店：先运行 hyla-cloud shops add。", "No shops yet: run hyla-cloud shops add."),
    "waiting": ("等待开通的终端", "Waiting to be claimed"),
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
    "bundles": ("诊断包", "Support bundles"),
    "bundle_ask": ("请终端上传诊断包", "Ask for a bundle"),
    "bundle_hint": (
        "含最近一笔订单、自检、日志和设置；没有人脸、付款码和手机号。只有您能打开。",
        "The newest order, doctor, log, settings; no face, code or phone number. Only you open it.",
    ),
    "bundle_asked": ("已请求，终端空闲时上传。", "Asked for. It comes when the terminal has time."),
    "bundle_whole": ("已收齐", "whole"),
    "bundle_open": ("打开并下载", "Open and save"),
    "no_broker": ("连不上消息服务器，请稍后再试。", "The broker cannot be reached. Try again."),
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
    "order_wanted": ("查找订单", "Find an order"),
    "order_hint": (
        "单号末几位，或金额（8.80），或时间（18:04）；最近一个月。",
        "The last digits of its number, its amount (8.80) or its time (18:04); of the last month.",
    ),
    "joined": ("新会员", "New members"),
    "find": ("查找", "Find"),
    "refunds": ("退款记录", "Refunds"),
    "amount": ("金额", "Amount"),
    "moment": ("时间", "When"),
    "payments": ("扣款", "Charges"),
    "records": ("门店记录", "From the terminal"),
    "not_an_order": (
        "这不是单号、金额或时间。",
        "That is no order number, no amount and no time.",
    ),
    "order_unknown": ("账上没有这个订单。", "The books do not know this order."),
    "to_login": ("请重新登录。", "Log in again."),
    "form_too_large": (
        "表单太大（最多 4096 字节），什么也没有做。请返回，改短后再提交。",
        "The form is too large (at most 4096 bytes); nothing was done. Go back and shorten it.",
    ),
    "form_unreadable": (
        "表单里有看不见的字符，什么也没有做。请返回，重新输入。",
        "The form holds a sign that nobody sees; nothing was done. Go back and type it again.",
    ),
    "method_face": ("刷脸", "Face"),
    "method_code": ("扫码", "Code"),
    "method_wechat": ("微信支付", "WeChat Pay"),
    "method_alipay": ("支付宝", "Alipay"),
    "method_unionpay": ("云闪付", "UnionPay"),
    "method_cash": ("现金", "Cash"),
    "method_register": ("收银机", "Register"),
    "state_factory": ("在库", "in stock"),
    "state_offered": ("待开通", "waiting"),
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
    "outcome_owed": ("延迟扣款", "to be collected"),
    "outcome_collected": ("已补收", "collected later"),
    "outcome_named": ("未扣成，待处理", "not collected"),
    "outcome_settled": ("已另行结清", "settled elsewhere"),
    "outcome_refunded": ("已退", "given back"),
    "outcome_refused": ("已拒绝", "refused"),
    "check_broken": ("有故障", "broken"),
    "check_doubtful": ("需留意", "doubtful"),
}
REFUSALS_ZH = {
    "wrong_password": "姓名或密码不对",
    "no_answer": "连不上消息服务器",
    "unknown_serial": "销售清单里没有这个序列号。",
    "unknown_code": "没有终端在等这个开通码，请分组重读。",
    "expired_code": "开通码已超过十五分钟，终端会显示新的。",
    "used_code": "开通码已用过，只能用一次。",
    "too_many_tries": "输错太多次，请等一分钟。",
    "unknown_shop": "没有这家门店。",
    "other_merchant": "这台终端属于另一家商户。",
    "till_taken": "这个收银台已有终端：请先退役，或勾选替换。",
    "no_such_till": "收银台号应为 1 到 999。",
    "unknown_bundle": "没有这个诊断包。",
    "not_whole": "诊断包还没有收齐。",
    "other_owner": "诊断包不是为这把钥匙封装的。",
    "still_active": "这台终端正在使用。",
    "not_active": "账上这台终端不在任何门店：请认领；若已用二维码开通，请先联网。",
    "not_a_receipt": "这不是终端的回执，或签名不符。",
    "unknown_member": "账上没有这位会员。",
    "no_score": "评分应为 0 到 1000。",
    "score_short": "评分不足 600，不能赊账。",
    "no_agreement": "没有会员同意的日期。",
    "no_limit": "额度应为 1 到 10000000 分。",
    "no_days": "期限应为 1 到 366 天。",
    "too_many_marks": "这家门店的名单已满 200 人。",
    "not_marked": "这位会员不在这家门店的名单上。",
    "no_order": "这不是订单号。",
    "not_owed": "这笔订单没有欠款。",
    "still_asked": "终端仍在自行收取这笔欠款。",
    "paid_before": "这笔订单已付款。",
    "revoked": "这台终端已吊销。",
    "retired": "这台终端已退役。",
}


def refusal(language: str, no: str) -> str:
    """Why not, in a sentence; a word that is none of ours stands for itself."""
    if language == "zh":
        return REFUSALS_ZH.get(no, no)
    return REFUSALS.get(no) or (WORDS[no][1] if no in WORDS else no)


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
