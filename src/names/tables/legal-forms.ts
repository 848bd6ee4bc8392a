/** Kinds of legal forms. Forms of one kind in two languages are the same form: `ООО`, `LLC`, `GmbH`. */
export type LegalKind = 'limited' | 'stock' | 'sole' | 'partnership' | 'nonprofit' | 'state' | 'any'

/**
 * Legal forms by kind, short and spelt out, separated by bars. They are found by their sound, so that `OOO` needs no
 * entry. Dots and spaces between single letters make no difference: `S. A.`, `SA`.
 */
export const legalForms: Readonly<Record<LegalKind, string>> = {
  limited: `
    ооо | общество с ограниченной ответственностью | тоо | товарищество с ограниченной ответственностью | осоо | одо
    | общество с дополнительной ответственностью | тов | тзов | товариство з обмеженою відповідальністю
    | llc | limited liability company | limited liability co | ltd | limited | pty ltd | pte ltd | pvt ltd | pty | pte | pvt
    | private limited | proprietary limited | private limited company | wll | fze | fzco | fzc
    | gmbh | mbh | gesellschaft mit beschränkter haftung | ug | ug haftungsbeschränkt | unternehmergesellschaft | ggmbh
    | sarl | eurl | société à responsabilité limitée | srl | srls | società a responsabilità limitata
    | societatea cu răspundere limitată | societate cu răspundere limitată | sl | slu | sociedad limitada
    | sociedad de responsabilidad limitada | s de rl de cv | ltda | limitada | lda | bv | bvba | sprl
    | besloten vennootschap | spolka z oo | sp z oo | spółka z ograniczoną odpowiedzialnością | sro | spol s ro
    | společnost s ručením omezeným | oy | osakeyhtiö | aps | anpartsselskab | kft | korlátolt felelősségű társaság | doo
    | društvo s ograničenom odgovornošću | ood | eood | uab | sia | osaühing | oü | epe | ehf
    | ltd şti | limited şirketi | limited şti | mchj`,
  stock: `
    ао | акционерное общество | пао | публичное акционерное общество | оао | открытое акционерное общество | зао
    | закрытое акционерное общество | нао | непубличное акционерное общество | пат | прат | акціонерне товариство
    | публічне акціонерне товариство | приватне акціонерне товариство
    | jsc | ojsc | cjsc | pjsc | joint stock company | open joint stock company | closed joint stock company
    | public joint stock company | joint stock co | inc | incorporated | corp | corporation | plc | public limited company
    | public company limited | co ltd | company limited | ag | aktiengesellschaft | se | kgaa | sa | sas | société anonyme
    | société par actions simplifiée | sociedad anónima | sociedade anônima | sa de cv | sab de cv | sapi de cv | spa
    | società per azioni | nv | naamloze vennootschap | ab | aktiebolag | publ | asa | as | aksjeselskap | aktieselskab
    | oyj | julkinen osakeyhtiö | spółka akcyjna | akciová společnost | ad | nyrt | zrt | rt | kk | kabushiki kaisha
    | tbk | bhd | sdn bhd | berhad | pt | hf | aş | anonim şirketi | na | national association`,
  sole: `
    ип | индивидуальный предприниматель | чп | частный предприниматель | пбоюл | фоп | фізична особа підприємець
    | самозанятый | самозанятая | глава кфх | sole proprietor | sole trader | individual entrepreneur
    | ek | eingetragener kaufmann | einzelunternehmen | entrepreneur individuel | ditta individuale`,
  partnership: `
    lp | llp | limited partnership | limited liability partnership | general partnership | kg | kommanditgesellschaft
    | gmbh co kg | ag co kg | ohg | gbr | snc | scs | sca | cv | vof | тнв | полное товарищество | командитное товарищество
    | товарищество на вере`,
  nonprofit: `
    ано | автономная некоммерческая организация | нко | некоммерческая организация | нп | некоммерческое партнерство
    | ev | eingetragener verein | общественная организация | благотворительный фонд | тсж | снт
    | товарищество собственников жилья | садовое некоммерческое товарищество | asbl | ong | npo | ngo`,
  state: `
    фгуп | гуп | муп | гп | мп | фгбу | фгку | гбу | мбу | мку | гку | гау | мау | фгбоу | фгбоу во | гбоу | мбоу | моу | мбдоу | мдоу
    | гбуз | мауз | фгаоу | фгаоу во | федеральное государственное унитарное предприятие | государственное унитарное предприятие
    | муниципальное унитарное предприятие | унитарное предприятие | государственное бюджетное учреждение
    | муниципальное бюджетное учреждение | муниципальное казенное учреждение | государственное казенное учреждение
    | федеральное государственное бюджетное учреждение | муниципальное бюджетное общеобразовательное учреждение
    | государственное бюджетное учреждение здравоохранения | state owned enterprise`,
  any: 'company | co | компания | фирма | предприятие | compagnie | cie | firma | compañía | companhia',
}

/**
 * Forms in Latin letters that stand before the name too; all those in Cyrillic letters do. Others are forms at the end only,
 * because they are words as well: `AB`, `SE`, `SPA`. Other Cyrillic forms in Latin letters are no forms: `too`, `pat`.
 */
export const leadingForms: ReadonlySet<string> = new Set(
  'ooo ao pao oao zao nao ano ip fgup gup jsc ojsc cjsc pjsc pt firma'.split(' '),
)

/** Forms that stand anywhere, and in which typing errors are looked for. */
export const frequentForms = ['ltd', 'llc', 'inc', 'corp', 'corporation', 'company', 'limited', 'gmbh', 'incorporated']
