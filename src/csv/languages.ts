/** The letters beyond ASCII of a language, and its frequent pairs with such a letter. */
export interface Language {
  /** The most frequent letter first. */
  letters: string
  /** The most frequent pair first. `_` is the start or end of a word. */
  pairs: string
}

/**
 * The languages by which encodings are distinguished. Letters that no language here has, or pairs that are rare in all of
 * them, suggest a wrong encoding. To add a language, add it here; to add an encoding, see `encoding.ts`.
 */
// biome-ignore format: a table is read by rows
export const languages: Record<string, Language> = {
  russian: {
    letters: 'оаеинтсрвлкмдпуяыьгзбёчйхжшюцщэфъ',
    pairs: `
      ов и_ я_ а_ о_ ра ст на _п _и но ни ва _с _н во ен ка пр й_ _в ан _к го ск ел ав в_ ль ко к_ ая ос _о ли ве то
      е_ ро ол об _д ес ин че ло тв ев _б т_ ия по од ре ор ер до _м ич ть ар _р ны ал им со ет ил ле ме ог ый м_ ак
      ат н_ не он ьн ми св ти ь_ бо мо _ч ри _а ла ви ом жд та те ее _т аж за нн ек ик вс ьс ци _г ие ды х_ бе от _е
      ту ки ам ас се ег ой ч_ де _л нс ма ий ии ди вн ит ед _з тр же бр ых аз сн ым ей ур бы ся ац ис _ф да жн га ку
      ще дн си ю_ лж у_ ля ыт ое су са ба сл др ру ир ад кт зо рс вл ы_ ем ья ью ча чи ше ши шк жи из ив лу му ну ду
      гр кр см сп сс тн нт нд еж ож оч вы лк ье рь юр ря иц ец юк ук як лё ён ют иг иж эл сы вк гу уп ё_ _ё ёв ёр ёл
      ём тё рё сё нё дё фё мё`,
  },
  ukrainian: {
    letters: 'оаниівтерсклумдпзяьбгчйїхєцжшюфщґ',
    pairs: `
      а_ на _п о_ ов і_ ав ра ко _с ан _в пр _н ин я_ ви ст _м ва но во ла ро ти нн вн ів _б бо и_ ні ен ві та _і _д
      _з ма ми _о й_ го ль _л _к ор по ни ч_ у_ ич ос ри ат _а ар ьк не за ал ер ом ня _р ка ис ож об ог ди сл лю рі
      в_ ий св ле им _г аб од ія то сь жн ій юд ол ці до ре н_ пе е_ он бу ьн ад _т ає ід є_ ь_ ін мо их со х_ ї_`,
  },
  belarusian: {
    letters: 'анірыоелскцдтвпуямзьбгжчўхйюшэфё',
    pairs: `
      а_ на і_ ав _п ра ва пр _а _н нн е_ аб ны _і _с ад ы_ ац ал ан ма бо па я_ не о_ _м ам ко ць ль ь_ ае _ў ве ас
      ла св ст од _д ін жн та х_ цы ьн ча ар га _ч ня ым м_ дз ож ка ек ры _я _р ца дн ай ў_ цц ен як мі _к ыц аг са
      к_ ле ві ых го _б`,
  },
  bulgarian: {
    letters: 'аиоентрсвлкдпмзбуъгячшцйжхщюфь',
    pairs: `
      а_ и_ о_ _н е_ _и на _п _с ва ра пр во ни _д ст то ав но не да ен ов _в ан _о тв ек от те та ли се ве об ит ат
      _т вс де т_ ия им ос ки за ко ре од _з _р ие ма _к ил чо ес _ч ак лн по св _б к_ ка ич ел тр я_ бъ ъд ри бо си
      _е ал ци ег ет ац`,
  },
  serbian: {
    letters: 'аоиенрстјкувдмплзбгчцшжњћхљђџфќѓѕ',
    pairs: `
      а_ и_ о_ ов _с _и _н ск _п е_ на у_ ка пр ва ра ко _д ан ав ст но во вс ни ки ја то та _к ев да _б им ен _о ат
      ма т_ те ак ли _м се ти _в не ри в_ ос св од _у н_ от м_ ре ит ар ој ил ло је ор бо де иј ин ед ро _з ек за ј_
      по ел ал ве об дн _р ња _г со сл др ув ди шт ла`,
  },
  polish: {
    letters: 'łóęąśżćńź',
    pairs: `
      ło ów ńs śc oś zł aż żd ją ró oł eń ć_ eł ła tę łe ię tó ór iń ać ą_ ał ąc ęp gó kó _ł wł ań yń łn _ż ią _ś nó
      ń_ śn sł ę_ łu ęb śl oń eś ęd kę zó ąb ąs kł łc ęż bł św ód że cł pł`,
  },
  czech: {
    letters: 'áíěéřýščžůúňťďó',
    pairs: `
      á_ í_ ní ká vá rá áv é_ án má až ké ná éh žd ý_ dý př zá ně ár ví né ým ří vé ák jí íc ře ě_ lá mí eč či tá _š
      ím ýc ýt bý če ál že ný čn ín ík ém _č vš dě št čk ři iá lí ís ré še ěl át uš íh tě tí šk šo ác ož ič eš oš iš
      _ž`,
  },
  slovak: {
    letters: 'áíýčšéžúťľôóňďäŕĺ',
    pairs: `
      á_ vá rá ká áv ý_ ná ť_ má éh až é_ ný žd dý né ár ým ké či zá ní ýc _š jú rí tá ál št ať yť _č án še ú_ ák že
      vš ký če ré sť ík ác iá oč čn ož ín uš áb šo ič oľ át čo ži šk lá sú _ž lí iť ém oš iš š_ aš í_ ča`,
  },
  hungarian: {
    letters: 'áéöóőíüúű',
    pairs: `
      és ás _é sá mé él tá ág ár ál án té én ég ül sé ó_ lő kö ér ő_ ló zá má áz lá há vé vá át rá zé bá _á éb ít ét
      ré éd ör lé öz tő áb kü né ká sí pá ké tó ós ék ös öl ná ác tö já ád sü dá ős ző ön gá ró ű_ ép ír új yö ám rö
      őr`,
  },
  romanian: {
    letters: 'ăîșțâşţ',
    pairs: `
      ă_ și _î ți în _ș că șt eș tă ța nă ră aț ân ăț să lă uț ș_ nț ță uș ăl iț aș ău ăr âr șa ăd șo ăi bă mâ ăm îm
      mă iș tâ vă ăt dă oș fă ăg`,
  },
  southSlavic: {
    letters: 'čšžćđ',
    pairs: `
      ža ić rž ć_ št už šn aš že rš ži čk ič či uč če ći ač _š šč ća ča ša ši _č eš nč iš šk še oš đe uš _đ će dž ađ
      ož đa ać _ć rč ću _ž đo š_ rđ jč oč šo čo šu eč`,
  },
  french: {
    letters: 'éèàêçâîôïùûëœüæÿ',
    pairs: `
      té é_ à_ _à _é ré ét dé és ér ée êt ég él _ê mé lé éc hé ép né ém bé ié én sé èr cé éo aï gé pé év éa iè éd éb
      rè èn vé ît fé éf aî ès ïs ël lè œu cœ sœ bœ nœ vœ _œ`,
  },
  german: {
    letters: 'üäöß',
    pairs: `
      fü öf eß ür _ö üb rü üc än üt ße är hü ün üh hö wä ön rä _ü lü ät mü ör tä hä äu lä äh rö bü fä lö tü uß nä öh
      öt kö tö sü mä aß öc äf üd wü äl üs ös`,
  },
  spanish: {
    letters: 'óáíéñúü',
    pairs: `
      ón ió rá á_ rí ía án ña ró ín eñ ño añ és _á ár má lí mó é_ tí lá té ér ál ís dé ób dá ít áv rú ío ná vá mé iñ
      có lé át né ú_ sé ús ás íc uñ ní mú ñe ló éz cá íq gá`,
  },
  portuguese: {
    letters: 'ãçáéíóêõâúàôü',
    pairs: `
      ão çã aç _à õe ém à_ ué ça çõ cç ár aí tê êm é_ ço nç ís iã ân mã ên mé ón nã tí hã tã lâ él _í sé _á ág ré lí
      dé íc fá ér íg cã gé én tó íb áv rá ã_ âm lá ás ív éb mí íl má ír uí sã`,
  },
  italian: {
    letters: 'èàìòéù',
    pairs: `
      à_ è_ ò_ ù_ ì_ _è tà rà nà là cà dà ià sà uà iù pù tù cò lò tò rò nò iò uò vò gò iè sè cè fè nè mè hè hé né sé
      té oè uè lì sì dì rì`,
  },
  catalan: {
    letters: 'àéóíèòçúïü',
    pairs: `
      ió ó_ ç_ àn là ià à_ rà tà cà é_ és ré né mé gú ú_ ún dú è_ mè nè rè èn èr èl òn mò nò fò ò_ ïl ïn uï aï üe üi
      ça nç rç aç lè ós rí lí tí ín ív`,
  },
  swedish: {
    letters: 'äåöéü',
    pairs: `
      rä ät ör fö än är äl å_ _å må tä jö ö_ hä rö kö _ö _ä ås vä äs på rå åt åk öm öv sö tö mä ön ån ög öp mö hö öd
      så ös é_ lä öl nä eå`,
  },
  finnish: {
    letters: 'äöåé',
    pairs: `
      ä_ än tä ää lä kä hä vä mä sä äi äv äl äm ät äy lö äk pä jä äs är yö öy tö öö ö_ ön öl nö sö mö hö kö rö öh nä
      yä eä iä dä åb rå ås`,
  },
  danish: {
    letters: 'åøæéöü',
    pairs: `
      på å_ ær _å væ må øy ør æn rø ræ øn sø lø øj _ø øs ød æk dø tø jø år ø_ åk gå læ øv ån nø hø lå æs vå bæ fø jæ
      é_ ål næ åm æg øl øt kæ rå åg øe hå kø`,
  },
  icelandic: {
    letters: 'áíðóþéæúöý',
    pairs: `
      _þ að ð_ ða ét þe ré eð jó ið _í í_ já ál þj óð fé él ði ðu á_ át má rð lö ög _á rí ík ún nú ðm mæ sæ ús hú rú
      ör jö þó gð sð þr rö ðr ís ví lá pá ár ól pó só iú ý_ ný ðs ær æj`,
  },
  dutch: {
    letters: 'ëéïèöüá',
    pairs: `
      ië ë_ ël é_ mé oë ée ën tö öv él aë dé fé oï ïs më uë ër ré eë dö ör aï ït bé ér vé ét uá án _é év lè èn`,
  },
  turkish: {
    letters: 'ıişğüçöâîû',
    pairs: `
      ın ı_ kı sı ır rı dı nı _ş şa ür iç ş_ oğ ç_ eş hü şi iş çi gü şı ık rş lı ğa ağ ğr ça _ö gö aş ğl mü ız _ç uğ
      tü öğ şe ül ün çe öz ğu aç ıl bü nç ım tı ıy şm ış ük ü_ mı rü yı cı uş ğ_ rç eğ lü uç kç ör lç bö`,
  },
  latvian: {
    letters: 'āīēšņūļžčķģ',
    pairs: `
      īb sī rī ā_ lī iņ tī nā īt tā ās _ā īg īv zī ār ņa kā jā ēr vī āt īd ād pā āc bā nī ša cī āl ām lā dē vē īk ēn
      š_ rē ān āb tē iā oš īo īn ē_ ūt ēt pē mē rā dī cā ņš ēs iģ mā īc ēl`,
  },
  lithuanian: {
    letters: 'ėšįųžčąęū',
    pairs: `
      ų_ žm sę ą_ _į _ž ę_ bū ūt mą ės ių nė į_ _š iš įs šk ša mų tų ė_ tė dė kė rė lė vė uš yš aš šč či ič ūn rū kū
      ūr lų rų nų ją dą tą rą žy že žu až ąj ėj _č ėn ži šė žė ėl ūs lū šv ąs ųj`,
  },
  estonian: {
    letters: 'äõüöšž',
    pairs: `
      ä_ õi õu kä äe är äs tä än pä ää rä jä mä lä õp _õ võ jõ mõ põ õn õl lõ õe rõ kü ül üh _ü üü sü tü ün üm lü mü
      pü ür hü öö tö öd kö ön õt õd nõ hõ sõ ät äi äh äl šk eš aš tš ož ži _ä _ö üd üs üt _š šu ša uš iš _ž žu ža už
      až`,
  },
  greek: {
    letters: 'αοιτενσρςκπηλυμίάγδόέχθφβύήωώξζψ',
    pairs: `
      ς_ α_ _κ κα _τ ι_ ου ικ η_ _π _α αι το τη _δ ν_ να _ε τα πο ει αν δι _σ στ υ_ ης μα ο_ ή_ _μ ια ος πα οι _ν ερ
      κο εί πρ τι ας λο ία αλ ση ασ ε_ ού ρο ην υν λε ελ δη ρα ντ νο κή απ κό ρι ων θε γι αρ σε _γ ωμ πε έν χε με ισ
      ες αί _β λι λα έχ ον οπ νι ά_ ατ συ ετ ίω νε ιο ής ιά ις ιν εν _έ τε ό_ _ο επ _λ ίδ αγ ρη κά μο ολ ητ ευ ρε`,
  },
}
