/** What is said of a chip. The words never call the object itself real or fake: see verdict-texts.ts. */
export const TAG_FINDING_TEXTS = {
  tag_not_shown: {
    en: 'no chip was read',
    fr: 'aucune puce n’a été lue',
    'zh-Hans': '未读取芯片',
  },
  tag_unreadable: {
    en: 'the link carries a part of a chip’s message, which cannot be checked',
    fr: 'le lien contient une partie d’un message de puce, qui ne peut pas être vérifiée',
    'zh-Hans': '链接中的芯片信息不完整，无法核验',
  },
  tag_not_bound: {
    en: 'no chip of this item is known here, so the message in the link was not checked',
    fr: 'aucune puce de cet objet n’est connue ici ; le message du lien n’a pas été vérifié',
    'zh-Hans': '本服务没有该物品的芯片记录，未核验链接中的信息',
  },
  tag_not_checked: {
    en: 'the chip’s message cannot be checked at the moment',
    fr: 'le message de la puce ne peut pas être vérifié pour le moment',
    'zh-Hans': '目前无法核验芯片信息',
  },
  tag_wrong: {
    en: 'the message was not made by the chip that the brand bound to this item, or was changed on the way',
    fr: 'le message ne vient pas de la puce que la marque a associée à cet objet, ou a été modifié en chemin',
    'zh-Hans': '该信息并非来自品牌为该物品绑定的芯片，或在途中被更改',
  },
  tag_removed: {
    en: 'the message was made by a chip that the brand took off this item on {date}',
    fr: 'le message vient d’une puce que la marque a dissociée de cet objet le {date}',
    'zh-Hans': '该信息来自品牌已于 {date} 从该物品解除绑定的芯片',
  },
  tag_replayed: {
    en: 'the item’s chip made this message, but it has been used before: a chip makes a new one at each tap',
    fr: 'la puce de l’objet a créé ce message, mais il a déjà servi : une puce en crée un nouveau à chaque lecture',
    'zh-Hans': '该信息由该物品的芯片生成，但此前已被使用：芯片每次被碰触都会生成新的信息',
  },
  tag_reloaded: {
    en: 'this page was loaded again: the chip’s message counts once',
    fr: 'cette page a été rechargée : le message de la puce ne compte qu’une fois',
    'zh-Hans': '该页面被重新加载：芯片信息只计一次',
  },
  tag_tap_again: {
    en: 'the item’s chip made this message and it was not used before; tap once more within {seconds} seconds to show that the chip is here now',
    fr: 'la puce de l’objet a créé ce message, qui n’avait pas servi ; approchez encore une fois le téléphone dans les {seconds} secondes pour montrer que la puce est ici maintenant',
    'zh-Hans': '该信息由该物品的芯片生成且未被使用过；请在 {seconds} 秒内再碰触一次，以表明芯片此刻就在此处',
  },
  tag_answered: {
    en: 'the chip that the brand bound to this item answered two taps in a row',
    fr: 'la puce que la marque a associée à cet objet a répondu à deux lectures de suite',
    'zh-Hans': '品牌为该物品绑定的芯片已连续应答两次碰触',
  },
  tag_seal_open: {
    en: 'the item’s chip answered and says that its seal is open: the chip may not be where the brand put it',
    fr: 'la puce de l’objet a répondu et indique que son sceau est ouvert : elle n’est peut-être plus là où la marque l’a placée',
    'zh-Hans': '该物品的芯片已应答，并表示其封条处于断开状态：芯片可能已不在品牌安放的位置',
  },
  tag_seal_opened: {
    en: 'the item’s chip answered and says that its seal was open once: the chip may have been moved',
    fr: 'la puce de l’objet a répondu et indique que son sceau a déjà été ouvert : elle a peut-être été déplacée',
    'zh-Hans': '该物品的芯片已应答，并表示其封条曾被断开：芯片可能被移动过',
  },
  tag_seal_unset: {
    en: 'the item’s chip answered, but says nothing of its seal, which the brand bound it with',
    fr: 'la puce de l’objet a répondu, mais ne dit rien de son sceau, avec lequel la marque l’a associée',
    'zh-Hans': '该物品的芯片已应答，但没有给出品牌登记的封条状态',
  },
} as const
