"""The words by which the tobacco rules recognise what they forbid. Names of brands serve only to recognise them where they are hidden."""

from xingke.compliance.text import Phrases

PRODUCT = Phrases(
    [
        "flavor*", "flavour*", "menthol", "tar", "stock it", "festival edition", "limited edition", "焦油", "味道", "口感", "卷烟",
        "香烟", "烟支", "烟草制品", "烟草", "电子烟", "雪茄", "加热不燃烧", "烟弹", "细支", "中支", "短支", "爆珠", "新品规", "新品",
        "该规格", "本规格", "这款", "此款", "一包烟", "条烟", "烟民", "烟友", "好烟", "名烟", "买烟", "抽烟", "吸烟", "新烟", "这烟",
        "此烟", "该烟", "款烟", "的烟", "种烟", "细烟", "xiangyan", "juanyan", "🚬", "中华", "软中", "硬中", "华子", "利群", "玉溪",
        "芙蓉王", "黄鹤楼", "黄金叶", "云烟", "红塔山", "苏烟", "红双喜", "双喜", "白沙", "娇子", "贵烟", "七匹狼", "长白山", "真龙",
        "好猫", "大前门", "南京炫", "和天下", "1916", "荷花", "万宝路", "zhonghua", "chunghwa", "liqun", "yuxi", "huanghelou", "marlboro",
        "camel", "furongwang", "cigarette*", "tobacco", "cigar*", "vape*", "vaping", "e cig*", "smokes", "new blend", "this blend",
        "this brand", "our brand", "new line", "new product*", "slim line", "carton of*", "heated stick*", "the pack", "this pack",
        "smoking", "smoker*",
    ],
    unless=[
        "烟草公司", "烟草专卖", "烟草局", "烟草零售许可", "烟草证", "烟草行业", "戒烟", "禁烟", "控烟", "无烟", "禁止吸烟", "请勿吸烟",
        "吸烟有害健康", "中华人民共和国", "中华路", "tobacco company", "tobacco bureau", "tobacco monopoly", "tobacco retail licen*",
        "tobacco licen*", "no smoking", "smoke free", "tobacco trade",
    ],
)  # fmt: skip
BENEFIT = Phrases(
    [
        "惊喜", "券已", "用券", "保温杯", "前一百名", "stamp*", "cheaper", "first ten buyers", "thermos", "赠", "转盘", "换购", "奖励",
        "立享", "酒会", "答谢宴", "抵货款", "免单", "额外返", "提成", "回馈", "福利", "空盒换", "烟盒换", "pay you back", "extra carton*",
        "extra pack*", "empty pack*", "receive a", "on us", "treat for", "incentive*", "kickback*", "commission*", "优惠券", "代金券",
        "现金券", "抵扣券", "折扣券", "兑换券", "提货券", "消费券", "礼券", "卡券", "领券", "抢券", "发券", "券后", "红包", "返现",
        "返利", "返还现金", "返点", "现金返还", "现金奖励", "补贴每条", "抽奖", "摸奖", "抽大奖", "大转盘", "刮刮乐", "刮奖", "盲盒",
        "中奖", "开奖", "奖品", "扫码有奖", "扫码得", "扫码领", "扫盒", "一等奖", "集盖", "集卡", "赠品", "赠送", "附赠", "加赠",
        "随烟送", "买就送", "买一送", "买二送", "买三送", "买五送", "买十送", "送一包", "送一条", "送打火机", "送您一", "免费领",
        "免费送", "免费体验", "免费试", "白送", "好礼", "豪礼", "伴手礼", "小礼物", "神秘礼", "礼品", "礼包", "礼盒", "试吸", "品吸",
        "试抽", "尝鲜", "尝一支", "品鉴", "品评会", "体验装", "试用装", "样品", "积分", "攒分", "会员日", "兑好礼", "换好礼", "满减",
        "满额", "立减", "减免", "打折", "折扣", "折起", "特价", "降价", "促销", "秒杀", "优惠价", "让利", "优惠多多", "半价", "团购价",
        "拼团", "砍价", "第二包", "第二条", "买得越多", "补差价", "多订多得", "订得多奖", "奖励金", "高尔夫", "旅游奖励", "免费旅游",
        "优恵", "youhuiquan", "choujiang", "fanxian", "jifen", "coupon*", "voucher*", "cash back", "cashback", "money back", "rebate*",
        "lottery", "raffle*", "prize*", "lucky draw*", "lucky spin", "sweepstake*", "giveaway*", "scan to win", "scan and win", "win a",
        "free pack*", "free carton*", "free sample*", "free gift*", "free lighter*", "free of charge pack*", "for free", "gift*",
        "freebie*", "on the house", "buy one get one", "buy two get*", "bogo", "get one free", "tasting*", "trial pack*", "try it free",
        "sampling", "taste the new*", "taste test*", "points", "loyalty point*", "discount*", "% off", "percent off", "half price",
        "price cut*", "special offer*", "special price*", "flash sale", "on sale now", "bonus*", "cash reward*", "reward*",
        "red envelope*", "golf", "save money on", "cheaper if",
    ],
    unless=[
        "捐赠", "积分制考核", "信用积分", "诚信积分", "礼品店", "销售时点", "promotion of health", "power points", "pick up points",
        "pickup points", "check points", "points of sale", "delivery points", "service points", "points to remember", "points of contact",
    ],
    shapes=[
        r"[一二三四五六七八九0-9]折", r"满[0-9一二三五百千]+元?[立]?[减返送]", r"[减返补奖][0-9一二两三四五六七八九十]+元",
        r"每[买购订售卖][一1]?[包条盒件].{0,6}[转抽得返奖换送领]", r"[烟空][盒包].{0,3}换", r"[买购订]满.{0,8}[送返奖换领]",
        r"领.{0,2}现金",
        r"送[您你]?[一1]?[台部套份个件条包盒瓶箱]",
    ],
)  # fmt: skip
HEALTH = Phrases(
    [
        "soothe*", "wellness", "herbal", "草本", "kinder to", "better for you", "better for your body", "lower tar", "less tar",
        "烦恼全无", "忘掉烦恼", "放松身心", "降焦减害", "减害", "低危害", "危害更小", "危害小", "危害更低", "伤害更小", "伤身少", "无害",
        "不伤身", "不伤肺", "更健康", "健康烟", "健康型", "低焦更", "低焦油更", "更安全", "清肺", "润肺", "养肺", "化痰", "止咳", "养生",
        "提神", "醒脑", "缓解压力", "解压", "减压", "缓解疲劳", "消除疲劳", "安神", "助眠", "草本护", "替代戒烟", "帮助戒烟", "辅助戒烟",
        "less harmful", "reduced harm", "low harm", "harmless", "safer", "healthier", "healthy choice", "good for your lung*",
        "clean* your lung*", "reliev* stress", "relieve* stress", "relieves stress", "calms your nerves", "soothes", "stress relief",
        "keeps you awake", "helps you focus", "helps you quit", "gentle on the throat", "easy on the lung*", "low tar is",
        "low tar means", "mild and safe",
    ],
    unless=["消费更安全", "用电更安全", "配送更安全", "账户更安全", "支付更安全", "safer delivery", "safer password*", "safer payment*"],
)  # fmt: skip
STATUS = Phrases(
    [
        "倍儿有面", "送领导", "送长辈", "成功人士", "成功男士", "身份象征", "身份的象征", "彰显身份", "尊贵", "有面子", "倍有面",
        "品味人生", "男人味", "上流", "精英之选", "魅力", "明星同款", "代言", "网红同款", "明星推荐", "影帝", "大咖推荐",
        "symbol of success", "choice of winners", "choice of champions", "status symbol*", "successful people", "successful men",
        "real men", "prestige", "celebrity", "celebrities", "influencer*", "endorsed by", "movie star*", "a mark of class",
    ]
)  # fmt: skip
PRAISE = Phrases(
    [
        "味道正", "味道好", "好味道", "都说不错", "都说好", "adore*", "flavor*", "flavour*", "delight*", "pleasure", "柔和", "不呛",
        "老少皆宜", "限量版", "限量发售", "珍藏", "collector*", "limited edition*", "festival edition*", "menthol", "最佳", "最好",
        "最受欢迎", "经典", "极品", "顶级", "高端大气", "尊享", "奢华", "臻品", "珍品", "至臻", "醇厚", "醇香", "醇和", "回味无穷",
        "回甘", "口感", "香气", "浓郁", "顺滑", "细腻", "纯正", "好抽", "好吸", "畅销", "爆款", "热卖", "火爆", "人气", "口碑", "首选",
        "必备", "送礼佳品", "送礼首选", "精品", "上乘", "匠心", "传世", "不容错过", "值得拥有", "抢手", "完美", "卓越", "独特", "非凡",
        "绝佳", "美味", "惊艳", "尝过都说好", "爱不释手", "大牌", "国礼", "赞不绝口", "best*", "classic", "premium", "finest", "luxur*",
        "smooth*", "rich taste", "rich flavor", "rich flavour", "aroma*", "mellow", "exquisite", "superb", "popular", "hot seller*",
        "bestsell*", "must have", "irresistible", "perfect", "excellent", "delicious", "great taste", "great tasting", "tasty",
        "legendary", "unforgettable", "top quality", "supreme", "outstanding", "love it", "loved by", "everyone s favo*", "favourite",
        "favorite", "don t miss", "enjoy the", "amazing",
    ],
    unless=["最好提前", "最好在", "您最好", "最佳订货时间", "best regards", "best wishes", "all the best", "best time", "best before"],
)  # fmt: skip
MINORS = Phrases(
    [
        "学生价", "年轻顾客", "年轻人喜欢", "年轻女性", "90后", "00后", "学生专享", "学生党", "同学们", "大学生", "中学生", "高中生",
        "青少年", "校园推广", "校园活动", "进校园", "开学季", "毕业季", "年轻人的第一", "人生第一支", "小朋友", "孩子们", "未成年",
        "student*", "young people", "young customers", "young adults", "young smokers", "teen*", "campus", "high school*", "kids",
        "children", "first cigarette", "young people s first", "back to school", "underage", "minors",
    ],
    unless=[
        "未成年人保护", "不向未成年人", "不得向未成年人", "禁止向未成年人", "拒绝未成年人", "严禁向未成年人", "谢绝未成年人",
        "保护未成年人", "是否未成年", "疑似未成年", "向未成年人售烟", "no sale* to minors", "not sell* to minors",
        "never sell* to minors", "protect* minors", "protection of minors", "sale to minors is prohibited",
        "selling to minors is prohibited", "sales to minors are prohibited", "not sell tobacco to minors", "no sale to children",
        "proof of age",
    ],
)  # fmt: skip
CONSUMER_SALE = Phrases(
    [
        "摆放海报", "张贴海报", "吸引路人", "put up poster*", "poster*", "外卖", "代购", "直播带货", "直播间", "朋友圈卖", "朋友圈发",
        "转发朋友圈", "发朋友圈", "微信下单", "微信卖", "快递到家", "送货到消费者", "网上卖", "网店", "网售", "小程序下单给顾客",
        "自动售货机", "自动售烟机", "抖音", "快手", "淘宝", "闲鱼", "跑腿", "转发给顾客", "转发给消费者", "推荐给顾客", "请告诉顾客",
        "消费者扫码", "顾客扫码", "粉丝群", "消费者群", "品牌故事", "品牌俱乐部", "会员俱乐部", "消费者活动", "路演", "快闪",
        "vending machine*", "food delivery", "delivery app*", "livestream*", "live stream*", "sell online", "online shop*",
        "order online for your customers", "wechat moments", "post it on", "repost", "share with your customers",
        "forward to your customers", "tell your customers", "brand club", "brand story", "pop up event*", "tiktok", "douyin", "taobao",
        "courier to the smoker", "home delivery",
    ],
)  # fmt: skip
E_CIGARETTE_FLAVOUR = Phrases(
    [
        "果味电子烟", "水果味电子烟", "薄荷味电子烟", "西瓜味", "葡萄味", "草莓味", "芒果味", "荔枝味", "绿豆味", "可乐味", "奶茶味",
        "调味电子烟", "口味烟弹", "电子烟展销", "电子烟博览", "果味烟弹", "fruit flavo*", "mint flavo*", "watermelon", "mango ice",
        "grape ice", "strawberry", "flavoured vape*", "flavored vape*", "vape fair", "vape expo",
    ],
)  # fmt: skip
CHARITY = Phrases(
    [
        "公益", "慈善", "捐赠", "捐款", "捐资", "义卖", "爱心基金", "希望小学", "助学金", "charit*", "donat*", "fundrais*", "sponsor*",
        "good cause*",
    ],
    unless=["公益诉讼", "公益性岗位"],
)  # fmt: skip
FORBIDDING = Phrases(
    [
        "严禁", "禁止", "不得", "不准", "依法查处", "属于违法", "属违法", "must not", "may not", "is prohibited", "are prohibited",
        "is forbidden", "are forbidden", "not allowed", "is illegal", "are illegal", "never",
    ]
)  # fmt: skip
LURE = Phrases(
    [
        "错过", "犹豫", "忘", "除外", "但", "不过", "同享", "叠加", "与其他", "外传", "告诉", "另有", "限时", "名额", "速来", "快来",
        "欢迎", "仅限", "私", "别人", "而是", "可以", "不得不", "情不自禁", "不禁", "miss", "forget", "hesitate", "combine*", "except",
        "unless", "but", "however", "limited", "hurry", "been better", "been easier", "tell", "welcome", "instead", "again", "before",
        "get", "win", "enjoy", "come",
    ],
    unless=["不得私自", "严禁私自", "禁止私自"],
)  # fmt: skip
