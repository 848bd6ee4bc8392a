/**
 * Given names of Russia and its neighbours, a line each: the full forms, with those of other languages, and after a
 * colon the short ones. In lower case, with `е` for `ё`. A short form may belong to several names. Transliterations of
 * these words need no entry, because they sound alike.
 */
export const slavicGivenNames = `
александр олександр alexander alexandre alessandro alejandro: саша шура саня сашка шурик санек алекс alex alec al lex sandy
александра олександра alexandra alessandra alejandra: саша шура саня алекса alex sandra sandy alexa lexi
алексей олексій: леша леха алеша лешка алекс
алена: аленка лена
алина: алинка
алиса alice alicia: алиска allie
альберт albert alberto: алик bert al bertie
альбина: аля
амина: аминка
анастасия анастасія настасья anastasia: настя настена ася стася настенька stacy
анатолий анатолій anatole: толя толик
ангелина: лина геля ангелинка
анжела анжелика angela angelica angelika angelique: анжелка angie
андрей андрій эндрю andrew andreas andre andres andrzej: андрюша андрюха дрюня andy drew
анна ганна энн anna ann anne ana: аня нюра анюта нюша анечка annie
антон anthony antony antonio antoine antoni: антоша тоха тоша антошка tony ant
антонина antonina antonia: тоня тося toni
аркадий аркадій: аркаша
арсений арсеній: сеня арсюша
артем артемий артемій: тема артемка
артур arthur arturo: артурик art artie
афанасий: афоня
ахмед ахмад ahmed ahmad:
богдан bohdan: даня богдаша
борис: боря борька
вадим: вадик вадя дима
валентин valentine valentino: валя валик
валентина: валя валюша
валерий валерій: валера валерик
валерия валерія valerie: лера валера val
варвара barbara: варя варенька barb barbie babs
василий василь basil: вася васька васек
василиса: вася
вера: верочка верка
вероника veronique: ника ronnie
виктор віктор victor vittorio: витя витек vic
виктория вікторія victoria vittoria: вика викуля vicky vicki tori
виталий віталій: виталик виталя
владимир володимир wladimir: вова володя вовка вован вовчик влад володька
владислав wladyslaw: влад владик слава
владислава: влада слава
всеволод: сева
вячеслав вʼячеслав: слава славик
галина halyna: галя галка
геннадий геннадій: гена генка
георгий георгій джордж george jorge giorgio georg georges: гоша жора гога егорка geordie
герман hermann: гера
григорий григорій gregory gregor gregorio: гриша гриня greg gregg
давид дэвид david davide: дава dave davy
даниил данил данила данило daniel daniele danilo: даня данька dan danny
дарья дария: даша дашка дашуля
денис dennis: ден дэн дениска den denny
диана diane: дианка di
дмитрий дмитро dimitri demetrius: дима митя димка диман димон митька
евгений євген eugene eugen eugenio: женя женька gene
евгения євгенія eugenia: женя женечка genie
егор: егорка гоша
екатерина катерина кэтрин catherine katherine kathryn katharine katarina catarina caterina catalina kathrin katharina: катя катюша катька cathy kathy kate katie cat kat kitty cate kay kit trina
елена олена helena helen elena helene: лена леночка леля lena nell nellie
елизавета єлизавета elizabeth elisabeth elisabetta: лиза лизочка liz beth lizzie betty eliza bess libby elsie betsy lisa elise
ефим: фима
жанна jeanne: жанночка
захар zachary zachariah: захарка zach zack zac
зинаида: зина
зоя zoe: зойка
ибрагим ibrahim ebrahim:
иван іван: ваня ванька ванюша
игорь ігор ihor: игорек гоша гарик
илья ілля elijah elias: илюша илюха eli
инна: инночка
иннокентий: кеша
ирина ірина irina irene irena: ира иришка ирочка арина
иосиф йосип joseph jose josef giuseppe: ося joe joey jo pepe beppe
карина: кариша кара
кирилл кирило cyril: кирюша кира
клавдия claudia: клава
константин костянтин constantine: костя костик кот
кристина christina cristina christine kristine: кристя chris tina chrissy kris christy kristy
ксения ксенія xenia: ксюша ксеня ксюха
лариса larissa: лара лариска
лев leo: лева левушка
леонид леонід: леня ленчик
лидия лідія lydia: лида лидочка
любовь lyubov: люба любаша
людмила ludmila: люда люся мила людочка
магомед мухаммад мухаммед мохаммед muhammad mohammed mohamed mohammad muhammed mohamad mehmet: мага mo
майя maya:
максим maxim massimo maximilian: макс максик max
маргарита margaret margarita margherita marguerite: рита марго ритка peggy maggie meg peg marge margie madge greta daisy
марина: мариша маришка
мария марія марья мэри mary maria marie: маша маня маруся машка машенька муся molly polly mamie mae
матвей matthew matteo matthias mattheus mateo matthieu: мотя matt matty
михаил михайло майкл michael michel miguel michele mikael: миша мишка михась мишаня mike mick mickey micky mikey
надежда надія: надя надюша
наталья наталия наталія natalie nathalie: наташа ната натка таша nat
никита микита: никитос ник
николай микола nicholas nicolas nikolaus niklas nicolo: коля колян николаша nick nicky nico klaus claus
нина: нинка
оксана: ксюша оксанка ксана
олег oleh: олежка
олеся леся:
ольга helga: оля олечка ольгуня
омар умар omar umar:
павел павло пол paul pablo paolo paulo pawel: паша павлик пашка
петр петро питер peter pedro pierre pietro pieter: петя петька петруха pete
полина pauline paulina: поля
прасковья: паша
раиса: рая
рафаэль raphael rafael raffaele: рафа raf
роман: рома ромка ромчик
ростислав: ростик слава
руслан: русик
савелий: сава
саид saeed said:
светлана світлана: света светочка лана
святослав: слава
семен симон simon simeon: сема сеня сенька
сергей сергій serge sergio: серега сережа серж серый
серафима: сима
софия софья софія sophia sophie: соня софа софочка sophy
станислав stanislaw stanislas: стас стасик слава
степан стивен stephen steven stefan stephan stefano esteban etienne: степа steve stevie
тамара: тома тамарка tammy
тарас: тарасик
татьяна тетяна: таня танюша танечка
тимофей timothy timoteo: тима тимоха tim timmy
тимур: тима
ульяна julianna juliana: уля
федор theodore teodor: федя theo ted teddy
филипп philip phillip philippe felipe: филя phil pip
эдуард edward eduardo edoardo edouard: эдик ed eddie ted teddy ned eddy
эльвира: эля
эмма emma: em
юлия юлія julia giulia julie: юля юлька юлечка jules
юрий юрій: юра юрка
юсуф yusuf yousef youssef:
яков яків jacob giacomo jacques: яша jake
яна: янка
ярослав jaroslav: ярик слава яр
`
