"""The one normal form by which domains are compared, and the domains that are everybody's."""

from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.email_addresses.normal_form import address_key
from charter.core.organization_domains.model import DomainCommon, DomainNameInvalid

MAX_LENGTH = 253


def domain_name(text: str, parameter: str = "name") -> str:
    """The normal form of a domain: lower case, ASCII, as behind the @ of an `address_key`.

    Raises: DomainNameInvalid, for what is no domain; DomainCommon, for one where anybody may
        have an address.
    """
    trimmed = text.strip().rstrip(".")
    if len(trimmed) > MAX_LENGTH or "@" in trimmed:
        raise DomainNameInvalid(parameter)
    try:
        name = domain_of(address_key(f"x@{trimmed}"))
    except EmailAddressInvalid as mistake:
        raise DomainNameInvalid(parameter) from mistake
    if "." not in name:
        raise DomainNameInvalid(parameter)
    if is_common(name):
        raise DomainCommon(parameter, name=name)
    return name


def domain_of(key: str) -> str:
    """The domain of an address in its normal form."""
    return key.rpartition("@")[2]


def is_common(name: str) -> bool:
    """Whether anybody may have an address of this domain, so that it tells of no organization."""
    return name in COMMON or name.partition(".")[0] in COMMON_IN_COUNTRIES


COMMON_IN_COUNTRIES = frozenset({"gmx", "hotmail", "yahoo", "ymail", "yandex"})
"""Providers with a domain in many countries, by the first part of its name."""

COMMON = frozenset(
    """
    126.com 139.com 163.com 1und1.de 21cn.com aim.com alice.it aliyun.com aol.com aol.co.uk
    arcor.de att.net bellsouth.net bigpond.com bluewin.ch blueyonder.co.uk bol.com.br bt.com
    btinternet.com centrum.cz charter.net club-internet.fr comcast.net cox.net daum.net
    directbox.com disroot.org duck.com earthlink.net email.com email.cz email.it eircom.net
    excite.com fastmail.com fastmail.fm foxmail.com free.fr freemail.hu freenet.de frontier.com
    gmail.com googlemail.com gmx.net gmx.com gmx.de gmx.at gmx.ch globo.com globomail.com
    hanmail.net hey.com home.nl hushmail.com i.ua icloud.com inbox.com inbox.lv inbox.ru
    interia.pl iinet.net.au juno.com kpnmail.nl laposte.net libero.it list.ru live.at live.be
    live.ca live.com live.co.uk live.com.au live.de live.dk live.fr live.it live.nl live.no
    live.se lycos.com mac.com mail.bg mail.com mail.de mail.ee mail.ru mailbox.org mailfence.com
    mailinator.com mail.ua me.com msn.com mweb.co.za naver.com neuf.fr netscape.net
    netzero.net ntlworld.com o2.pl online.de onet.pl op.pl optonline.net optusnet.com.au
    orange.fr outlook.at outlook.be outlook.cl outlook.com outlook.com.au outlook.com.br
    outlook.cz outlook.de outlook.dk outlook.es outlook.fr outlook.hu outlook.ie outlook.in
    outlook.it outlook.jp outlook.kr outlook.pt outlook.sa pm.me poczta.onet.pl posteo.de
    posteo.net protonmail.ch protonmail.com proton.me qq.com rambler.ru rediffmail.com
    riseup.net roadrunner.com rocketmail.com rogers.com runbox.com sapo.pt sbcglobal.net
    seznam.cz sfr.fr shaw.ca sina.cn sina.com skynet.be sky.com sohu.com startmail.com
    sympatico.ca t-online.de talktalk.net telenet.be telia.com telus.net terra.com.br tiscali.it
    tom.com tut.by tuta.com tuta.io tutamail.com tutanota.com tutanota.de ukr.net uol.com.br
    verizon.net videotron.ca virgilio.it virgin.net virginmedia.com vodafone.it vodafone.nl
    voila.fr wanadoo.fr web.de windowslive.com windstream.net wp.pl xs4all.nl xtra.co.nz
    yeah.net zoho.com zohomail.com zonnet.nl ziggo.nl
    """.split()
)
"""Domains of providers of mail for everybody."""
