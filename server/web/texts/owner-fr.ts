import type { OwnerTexts } from './owner.ts'

export const ownerFr: OwnerTexts = {
  mine: {
    title: 'Mes objets',
    lead: 'Les objets qui appartiennent à une clé d’accès de ce téléphone. Ni compte ni mot de passe : la clé d’accès suffit, et la chaîne tient le registre.',
    none: 'Aucun pour l’instant sur ce téléphone. Scannez l’étiquette d’un objet qui est à vous pour le retrouver ici.',
    scan: 'Scanner une étiquette',
    receive: 'Recevoir un objet de quelqu’un',
    privacy:
      'Cette liste n’est gardée que dans ce navigateur. L’effacer ne fait rien perdre : les objets restent à vous, et scanner une étiquette les fait revenir.',
    link: 'Mes objets',
  },
  item: {
    claimed: 'Il a un propriétaire, inscrit sur la chaîne depuis le {date}.',
    unclaimed: 'Personne ne l’a encore revendiqué.',
    stolen: {
      owner: 'Déclaré volé par son propriétaire le {date}.',
      brand: 'Déclaré volé par la marque le {date}.',
    },
    recovery:
      'La marque a engagé une restitution à un autre propriétaire, qui aboutit le {date}. Si ce n’est pas juste, opposez-vous maintenant.',
    yours: 'Ce téléphone détient la clé d’accès qui le possède.',
    notYours: 'Ce navigateur ne connaît pas la clé d’accès de son propriétaire.',
    recall: 'Il est à moi : utiliser ma clé d’accès',
    recalled: 'Trouvée : cette clé d’accès possède l’objet.',
    back: 'Retour à l’objet',
    label: 'Voir la réponse de l’étiquette',
    actions: {
      claim: 'Le revendiquer',
      transfer: 'Le transmettre',
      report: 'Le déclarer volé',
      recovered: 'Le déclarer retrouvé',
    },
    hints: {
      claim: 'Avec le code sous la pastille à gratter et une clé d’accès.',
      transfer: 'À la clé d’accès du nouveau propriétaire.',
      report:
        'Personne ne peut le transmettre ni le vendre sur une place de marché tant que la déclaration tient.',
      recovered: 'Retire votre déclaration.',
    },
  },
  claim: {
    title: 'Revendiquer cet objet',
    lead: 'Le premier qui le revendique en devient propriétaire sur la chaîne. Il faut le code sous la pastille à gratter et une clé d’accès de ce téléphone : empreinte, visage ou verrouillage d’écran.',
    code: 'Code sous la pastille à gratter',
    hint: '16 lettres et chiffres ; espaces et tirets ne comptent pas. Le code reste sur ce téléphone : seule une signature faite avec lui est envoyée.',
    site: 'Vous êtes sur {host}. Saisissez le code ici seulement, jamais là où un message ou le lien d’un inconnu vous a mené.',
    button: 'Revendiquer avec une clé d’accès',
    done: 'L’objet est à vous',
    doneText:
      'La chaîne inscrit la clé d’accès de ce téléphone comme propriétaire. Gardez actifs le verrouillage d’écran et la sauvegarde des clés d’accès.',
    taken:
      'Cet objet a déjà un propriétaire. Si c’est vous, utilisez votre clé d’accès ; si vous l’avez acheté, demandez au vendeur de vous le transmettre.',
  },
  transfer: {
    title: 'Transmettre cet objet',
    lead: 'Votre clé d’accès signe que l’objet passe au nouveau propriétaire. C’est définitif.',
    how: 'Demandez au nouveau propriétaire d’ouvrir « Mes objets », puis « Recevoir un objet de quelqu’un » sur son téléphone, et scannez le code qui s’y affiche.',
    paste: 'Ou collez le lien reçu',
    use: 'Continuer',
    to: 'Clé du nouveau propriétaire',
    compare:
      'Le téléphone du nouveau propriétaire montre les mêmes groupes de quatre caractères. Comparez-les.',
    button: 'Transmettre avec ma clé d’accès',
    done: 'Transmis',
    doneText: 'La chaîne inscrit le nouveau propriétaire. L’objet n’est plus dans votre liste.',
    choose: 'Quel objet transmettez-vous ?',
    chooseNone: 'Ce téléphone n’a aucun objet à transmettre. Scannez d’abord l’étiquette du vôtre.',
  },
  receive: {
    title: 'Recevoir un objet',
    lead: 'Montrez ce code au propriétaire actuel. Il contient la moitié publique de votre clé d’accès, rien sur vous.',
    button: 'Afficher mon code',
    key: 'Votre clé commence par',
    after:
      'Une fois la transmission faite, scannez l’étiquette de l’objet : elle dira que ce téléphone le possède.',
    alt: 'Code pour le propriétaire actuel',
    share: 'Lien pour le propriétaire actuel',
  },
  report: {
    title: 'Déclarer cet objet volé',
    lead: 'Dès lors, quiconque scanne l’étiquette le voit, et l’objet ne peut être ni transmis ni mis en vente. Vous seul pouvez retirer votre déclaration.',
    button: 'Déclarer volé avec ma clé d’accès',
    done: 'Déclaré volé',
    doneText: 'La chaîne l’inscrit. Prévenez aussi la police : cette déclaration ne lui parvient pas.',
    recoveredTitle: 'Déclarer cet objet retrouvé',
    recoveredLead:
      'Retire votre déclaration. L’étiquette répond alors comme avant, et l’objet peut de nouveau être transmis.',
    recoveredButton: 'Déclarer retrouvé avec ma clé d’accès',
    recoveredDone: 'Déclaration retirée',
    recoveredDoneText: 'La chaîne l’inscrit. L’objet peut de nouveau être transmis.',
  },
  steps: {
    passkey: 'Votre téléphone demande l’empreinte, le visage ou le verrouillage d’écran…',
    preparing: 'Préparation du message…',
    sending: 'Envoi ; le service paie les frais du réseau…',
    waiting: 'En attente de la chaîne…',
  },
  gas: 'Les frais du réseau sont payés par ce service.',
  noScript:
    'Une clé d’accès a besoin de script, désactivé dans ce navigateur. Activez-le pour ce site, ou faites-le sur un autre téléphone. Tout le reste de ce site fonctionne sans.',
  noPasskeys: 'Ce navigateur n’a pas de clés d’accès. Prenez-en un autre, ou un autre téléphone.',
  refusals: {
    declined:
      'Rien n’a été signé : la demande a été refusée ou a pris trop de temps. Réessayez quand vous serez prêt.',
    code: 'Ce ne peut pas être le code : il a 16 lettres et chiffres.',
    wrong_code:
      'Ce n’est pas le code de cet objet. Regardez encore, attention à 8 et B, 5 et S. Rien n’a été envoyé.',
    no_passkey:
      'Ce navigateur ne connaît pas la clé d’accès qui possède l’objet. Ouvrez la page de l’objet et touchez « Il est à moi ».',
    not_found: 'Cette clé d’accès ne possède pas cet objet.',
    link: 'Ce n’est pas un lien de « Recevoir un objet de quelqu’un ».',
    network: 'Le service n’a pas pu être joint. Rien n’a changé ; réessayez.',
    other: 'Le service a refusé : {detail}',
    'page.strange_message':
      'Le service a demandé à votre clé d’accès de signer autre chose que ce que vous vouliez. Rien n’a été signé. N’essayez plus sur ce site.',
    'ownership.item_not_found': 'Aucun objet n’est enregistré ici sous ce numéro.',
    'ownership.not_ready':
      'L’enregistrement de l’objet n’est pas encore sur la chaîne. Réessayez dans quelques minutes.',
    'ownership.already_claimed': 'Quelqu’un a déjà revendiqué cet objet.',
    'ownership.unclaimed_rejected': 'Personne n’a encore revendiqué cet objet.',
    'ownership.revoked_rejected': 'La marque a révoqué cet objet : il ne peut pas être revendiqué.',
    'ownership.brand_suspended_rejected': 'La marque est suspendue ; ce n’est pas possible pour le moment.',
    'ownership.expired_rejected': 'Cela a pris trop de temps et la signature a expiré. Recommencez.',
    'ownership.nonce_changed': 'L’objet a changé entre-temps. Rechargez la page.',
    'ownership.not_owner_rejected': 'Cette clé d’accès ne possède pas l’objet.',
    'ownership.signature_rejected': 'La signature n’est pas juste. Recommencez.',
    'ownership.stolen_rejected': 'L’objet est déclaré volé : il ne peut pas être transmis.',
    'ownership.not_stolen_rejected': 'L’objet n’est pas déclaré volé.',
    'ownership.other_reporter_rejected': 'La déclaration vient de la marque ; elle seule peut la retirer.',
    'ownership.gas_too_many': 'Les frais que ce service paie par jour sont épuisés. Réessayez demain.',
  },
}
