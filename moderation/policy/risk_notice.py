"""Does an ad remind its reader of risk, of moderation, or of the duty to repay?

No text of law fixes the words, so each kind of reminder has a pattern and what turns it into its opposite:
"贷款有风险" reminds, "零风险" and "风险投资" don't; "逾期影响征信" does, "逾期不影响征信" doesn't.
"""

import re
from dataclasses import dataclass

_BEFORE = 7
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class _Reminder:
    """``words`` count unless ``not_after`` ends right before them, ``not_before`` follows, or ``not_within`` is met."""

    words: re.Pattern[str]
    not_after: re.Pattern[str] = _NEVER
    not_before: re.Pattern[str] = _NEVER
    not_within: re.Pattern[str] = _NEVER

    def is_in(self, folded: str) -> bool:
        """Whether the text says it at least once without taking it back."""
        return any(self._counts(found, folded) for found in self.words.finditer(folded))

    def _counts(self, found: re.Match[str], folded: str) -> bool:
        before = folded[max(0, found.start() - _BEFORE) : found.start()]
        denied = self.not_after.search(before) or self.not_before.match(folded, found.end())
        return not (denied or self.not_within.search(found.group()))


_NO_NEED = re.compile(
    r"(?:不|别|免|甭|何必|何须|无需|无须|告别|抛开|摆脱|毋须)(?:用|要|必|再|需|太|会|那么|这么|需要){0,3}$"
)

_RISK = _Reminder(
    re.compile(r"风险"),
    not_after=re.compile(
        r"(?:无|零|0|没有?|没啥|低|抗|[不无]任何|没有任何|毫无|不存在|不担|不用担心|无需担心|不承担|规避|告别|远离|消除|几乎无"
        r"|无信用|零信用|我们承担|我行承担|转移)(?:任何|一点|半点|什么|资金|的|一切|所有|丝毫)?\s?$"
    ),
    not_before=re.compile(
        r"(?:投资(?!须|需|有)|管理|控制|政策|定价|经理|部|准备金|模型|偏好|补偿|评级|等级|可控|[为是]?(?:零|0|无)|极?[低小]|几乎|全无|归零"
        r"|由(?:我|本|平台)|我们?(?:来|全)?(?:承|担)|担保|兜底|保障|保证金|评估|测评|系数|敞口|忽略|全包|官|总监)"
    ),
)
_CALM = _Reminder(
    re.compile(
        r"理性|谨慎|审慎|慎重|慎[思借贷行]|量力|量入为出|三思|(?<!松紧)适度|有度|有数|有节制|(?:有|讲|知)分寸"
        r"|合理(?:借|安排|评估|使用|负债|规划|消费|贷|举债|融资|利用)|按需(?:借|贷|申请|融资)"
        r"|(?<![要就想])怎么还(?!都|就|款?方式|随)|拿什么还|还得[起上]|不多借|别借超|先省后借|丑话说"
        r"|想清(?:楚)?(?:再|了再|后再)(?:借|贷|申请)|(?:借|贷|签)[^。，,]{0,3}(?:前|之前)[^。！!\n]{0,8}(?:想|读|看|算|问|评估)"
        r"|(?:根据|结合|按照?|依据|依)[^。，,！!\n]{0,8}(?:财务|经济|收入|自身|实际)[^。，,！!\n]{0,4}(?:决定|决策|选择|借款|贷款|申请|安排)"
        r"|(?:没有?|无)稳定收入[^。！!\n]{0,3}(?:请?[勿别]|不要|不建议)"
    ),
    not_after=re.compile(_NO_NEED.pattern + r"|想$"),
    not_before=re.compile(r"(?:推荐|之选|选择我|挑选|价|型|版|地推)"),
)
_ABILITY = _Reminder(
    re.compile(r"(?:还款|偿还|偿付|偿债|还债|承受|负担|履约)能力"),
    not_after=re.compile(
        r"(?:[不无免]|不用|无需|不要)(?:看|查|问|审|论|管|考察|核实|评估|要求|证明|需)?(?:个人|您的|你的)?$"
    ),
    not_before=re.compile(r"(?:证明|不足也|不够也|差也|不限)"),
)
_DUTY = _Reminder(
    re.compile(
        r"有借有还|借了[^。，,！!\n]{0,3}还(?!能|可|想|有|会|送|是|赠|怕)"
        r"|(?:借(?:来|到)?的?(?:钱|款)|贷款|欠款|债)[^。，,！!\n]{0,4}(?:[要得应该须])(?:按时|按期|如期|归)?(?:偿?还)"
        r"|欠债[^。，,]{0,2}还钱|还款(?:义务|责任|[也]?是[^。，,！!\n]{0,6}(?:责任|义务|承诺|本分|底线))|(?:别忘|勿忘|记得|牢记|记住|记着|不忘)[^。，,]{0,4}(?:还款|还钱)"
        r"|把还款|还款写进|债(?:务)?(?:终究|总|都)要|承担[^。，,！!\n]{0,8}(?:还款|偿还|还本|责任)"
        r"|(?:按[时期约]|及时|如[期约]|准时|守时|依约|按合同|诚信|足额)(?:足额|按约)?(?:归还|还款|偿还|还(?!有|是|不|能|送))"
    ),
    not_after=_NO_NEED,
    not_before=re.compile(r"(?:即可|可|就能|享|送|返|有奖|奖励|提额|还能|没有|方式)"),
)
_EXCESS = (
    r"(?:过度|过量|盲目|冲动|超前|超额|超出|多头|攀比|跟风|透支|以贷养贷|以卡养卡|借新还旧|负债过|非必要|挥霍"
    r"|随意借)"
)
_WARNED = _Reminder(
    re.compile(
        rf"(?:勿|不要|不宜|不应|不可|不能|避免|防止|莫|切忌|拒绝|警惕|谨防|远离|杜绝|抵制|别|不)[^。，,！!\n]{{0,8}}{_EXCESS}"
        rf"|{_EXCESS}[^。，,！!\n]{{0,8}}(?:有害|会|将|可能|伤|毁|危害|后果|代价|得不偿失|不可取|要不得|需警惕|难还)"
        r"|(?:别|不|勿|莫)[要]?[让使把][^。！!\n]{0,16}(?:负担|包袱|压力|枷锁|生活|债|信用|征信)|勿因[^。，,]{0,4}[借贷]"
    ),
    not_within=re.compile(r"不用|不必|别怕|不怕|别担心|不能(?:再)?等|不要错过|不要犹豫|也(?:可|能)|都(?:可|能)"),
)
_CONSEQUENCE = _Reminder(
    re.compile(
        r"(?:逾期|到期未还|[未不](?:能)?(?:按[时期约]|及时|如期)[^。，,]{0,4}|违约|断供|失信|未履约|(?:不能|无法|无力)(?:偿)?还)"
        r"[^。！!\n]{0,16}?(?:罚息|征信|信用|后果|代价|失去|处置|责任|上报|报送|影响|记录|起诉|诉讼|违约金|额外|损失)"
        r"|(?:影响|损害|损伤|拖累|伤害|连累)[^。！!\n]{0,6}(?:信用|征信|生活|房贷|家人)|可能失去|失去[^。，,]{0,4}(?:房|车|抵押)"
    ),
    not_after=re.compile(r"(?:不|不会|绝不|没有?|有|已|曾|当前|不怕|别怕|无)$"),
    not_within=re.compile(
        r"[不无没免零0](?:上|影响|进|报|会|收|看|查|计|罚|怕|担|愁|记录|用担)|也(?:能|可|给|不)|照样|都(?:能|可)|违约金.{0,1}[免零0]"
    ),
)
_CHERISHED = _Reminder(
    re.compile(
        r"(?:珍[惜爱视重]|爱惜|爱护|守护|维护|保护|重视|呵护|护)[^。，,！!\n]{0,6}(?:信用|征信)"
        r"|(?:信用|征信)[^。，,！!\n]{0,2}(?:珍[惜爱视]|无价|宝贵|第二张?身份证|值千金|来之不易|是财富)"
    ),
    not_after=_NO_NEED,
    not_within=re.compile(r"服务"),
)
_COST = _Reminder(
    re.compile(
        r"(?:贷款|借款|借钱|借贷|用钱|资金|融资|负债)[^。，,！!\n]{0,3}(?<![没无])有(?:成本|代价|利息)"
        r"|(?:不是|并非|不等于|非)[^。，,！!\n]{0,3}(?:收入|免费|福利|礼物|白给|馅饼|白拿|工资|存款|零花钱)"
        r"|(?:贷款|借款|借贷)(?:也)?是(?:负债|债务|一种负债|要付利息)|透支[^。，,]{0,3}未来|花(?:的是)?明天的钱|欠明天的"
    ),
)
_ALL = (_RISK, _CALM, _ABILITY, _DUTY, _WARNED, _CONSEQUENCE, _CHERISHED, _COST)


def is_given(folded: str) -> bool:
    """Tell whether the folded text holds a reminder of any kind."""
    return any(reminder.is_in(folded) for reminder in _ALL)
