/** Names, cities and short sentences by language, and the encodings that have their letters. */
// biome-ignore format: a table is read by rows
export const texts: Record<string, { encodings: string[]; text: string }> = {
  russian: {
    encodings: ['windows-1251', 'koi8-r', 'koi8-u', 'cp866', 'iso-8859-5', 'maccyrillic'],
    text: `Алексей Королёв, Наталья Щербакова, Фёдор Ильюшин, Юлия Цветкова, Игорь Гущин, Элина Шамсутдинова, Артём Жданов,
      Москва, Санкт-Петербург, Йошкар-Ола, Южно-Сахалинск, Нижний Новгород, Ростов-на-Дону, Орёл, Хабаровск, Челябинск.
      Перезвонить после обеда. Просит скидку на вторую партию. Договор подписан, ждём оплату. Заказчик уехал в отпуск.
      Отдел снабжения, главный бухгалтер, менеджер по продажам, общество с ограниченной ответственностью`,
  },
  ukrainian: {
    encodings: ['windows-1251', 'koi8-u', 'maccyrillic'],
    text: `Олексій Їжакевич, Ганна Щербань, Ігор Ґудзь, Соломія Кравець, Євген Приходько, Оксана Бойко, Андрій Шевченко,
      Київ, Львів, Харків, Запоріжжя, Чернівці, Івано-Франківськ, Біла Церква, Кропивницький, Житомир, Ужгород.
      Передзвонити після обіду. Просить знижку на другу партію. Договір підписано, чекаємо на оплату. Поїхав у відпустку.
      Відділ постачання, головний бухгалтер, менеджер із продажів, товариство з обмеженою відповідальністю`,
  },
  bulgarian: {
    encodings: ['windows-1251', 'iso-8859-5', 'maccyrillic'],
    text: `Георги Димитров, Стоянка Петрова, Цветан Златев, Росица Ангелова, Кръстьо Желев, Йорданка Христова, Бойко Пенчев,
      София, Пловдив, Варна, Бургас, Русе, Стара Загора, Плевен, Сливен, Добрич, Шумен, Перник, Търговище, Кюстендил.
      Да се обади следобед. Иска отстъпка за втората партида. Договорът е подписан, очакваме плащане. Клиентът е в отпуск.
      Търговски отдел, главен счетоводител, управител, дружество с ограничена отговорност`,
  },
  serbian: {
    encodings: ['windows-1251', 'iso-8859-5', 'maccyrillic'],
    text: `Јован Ђорђевић, Љиљана Њежић, Милош Ћирић, Драгана Јовановић, Ненад Живковић, Снежана Поповић, Бранислав Џамић,
      Београд, Нови Сад, Ниш, Крагујевац, Суботица, Зрењанин, Панчево, Чачак, Краљево, Смедерево, Лесковац, Ужице, Вршац.
      Позвати после подне. Тражи попуст на другу пошиљку. Уговор је потписан, чекамо уплату. Купац је на одмору.
      Одељење продаје, главни књиговођа, директор, друштво са ограниченом одговорношћу`,
  },
  polish: {
    encodings: ['windows-1250', 'iso-8859-2'],
    text: `Łukasz Wójcik, Małgorzata Dąbrowska, Stanisław Żak, Bożena Jabłońska, Michał Gołębiewski, Zofia Śliwińska, Józef Źrebiec,
      Łódź, Kraków, Gdańsk, Wrocław, Poznań, Białystok, Częstochowa, Toruń, Rzeszów, Bydgoszcz, Świnoujście, Płock, Zamość.
      Proszę zadzwonić po południu. Chce zniżkę na drugą partię. Umowa została podpisana, czekamy na płatność. Wyjechał w góry.
      Dział zaopatrzenia, główna księgowa, spółka z ograniczoną odpowiedzialnością, następny krok, wysłać ofertę, także`,
  },
  czech: {
    encodings: ['windows-1250', 'iso-8859-2'],
    text: `Jiří Dvořák, Kateřina Nováková, Tomáš Černý, Lenka Svobodová, Ondřej Kučera, Zdeňka Procházková, Vojtěch Růžička,
      Plzeň, Ústí nad Labem, České Budějovice, Hradec Králové, Liberec, Zlín, Jihlava, Děčín, Příbram, Třebíč, Kroměříž.
      Zavolat po obědě. Žádá slevu na druhou dodávku. Smlouva je podepsána, čekáme na platbu. Zákazník odjel na dovolenou.
      Oddělení nákupu, hlavní účetní, společnost s ručením omezeným, příští týden, důležité, prosím, děkuji, zboží`,
  },
  slovak: {
    encodings: ['windows-1250', 'iso-8859-2'],
    text: `Ľuboš Kováč, Zuzana Horváthová, Štefan Tóth, Mária Vargová, Ján Baláž, Božena Molnárová, Dušan Poliačik, Žofia Ďurišová,
      Košice, Prešov, Žilina, Banská Bystrica, Trenčín, Martin, Nové Zámky, Piešťany, Bardejov, Liptovský Mikuláš, Ružomberok.
      Zavolať po obede. Žiada zľavu na druhú dodávku. Zmluva je podpísaná, čakáme na platbu. Zákazník odišiel na dovolenku.
      Oddelenie nákupu, hlavná účtovníčka, spoločnosť s ručením obmedzeným, budúci týždeň, dôležité, ďakujem, stĺp`,
  },
  hungarian: {
    encodings: ['windows-1250', 'iso-8859-2'],
    text: `Szabó Erzsébet, Kovács János, Tóth Ágnes, Nagy Győző, Horváth Zoltán, Szűcs Katalin, Fekete Jenő, Őri Péter, Hegedűs Éva,
      Győr, Pécs, Székesfehérvár, Nyíregyháza, Kecskemét, Szombathely, Békéscsaba, Tatabánya, Hódmezővásárhely, Esztergom.
      Délután vissza kell hívni. Kedvezményt kér a második szállítmányra. A szerződést aláírták, várjuk a fizetést.
      Beszerzési osztály, főkönyvelő, korlátolt felelősségű társaság, jövő hét, fontos, köszönjük, ügyfél, külföldön`,
  },
  romanian: {
    encodings: ['windows-1250', 'iso-8859-2'],
    text: `Ştefan Munteanu, Cătălina Rădulescu, Ioniţă Pârvu, Mădălina Bălan, Răzvan Ţurcanu, Ruxandra Sârbu, Dănuţ Măcelaru,
      Bucureşti, Iaşi, Timişoara, Constanţa, Braşov, Galaţi, Piteşti, Târgu Mureş, Bacău, Buzău, Botoşani, Râmnicu Vâlcea.
      Să sunaţi după-amiază. Doreşte o reducere la a doua comandă. Contractul a fost semnat, aşteptăm plata în întregime.
      Secţia de achiziţii, contabil şef, societate cu răspundere limitată, săptămâna viitoare, mulţumesc, înainte`,
  },
  croatian: {
    encodings: ['windows-1250', 'iso-8859-2'],
    text: `Željko Horvat, Anđela Kovačević, Šime Perić, Đurđica Babić, Krešimir Jurić, Mirjana Čolić, Goran Šarić, Snježana Vuković,
      Šibenik, Čakovec, Požega, Sisak, Varaždin, Križevci, Poreč, Đakovo, Županja, Omiš, Makarska, Otočac, Našice, Delniče.
      Nazvati poslije podne. Traži popust na drugu pošiljku. Ugovor je potpisan, čekamo uplatu. Kupac je otišao na odmor.
      Odjel nabave, glavna računovođa, društvo s ograničenom odgovornošću, sljedeći tjedan, važno, također, riječ`,
  },
  slovene: {
    encodings: ['windows-1250', 'iso-8859-2'],
    text: `Janez Kovačič, Špela Žagar, Matjaž Zupančič, Nežka Čeh, Andraž Košir, Blaž Šuštar, Mojca Turšič, Tadeja Božič, Uroš Hočevar,
      Škofja Loka, Črnomelj, Celje, Domžale, Brežice, Krško, Sežana, Tržič, Vrhnika, Kočevje, Žalec, Litija, Šentjur, Mežica.
      Pokličite popoldne. Želi popust za drugo pošiljko. Pogodba je podpisana, čakamo na plačilo. Stranka je šla na počitnice.
      Oddelek nabave, računovodja, družba z omejeno odgovornostjo, naslednji teden, važno, že, več, človek, hiša`,
  },
  french: {
    encodings: ['windows-1252', 'iso-8859-1', 'iso-8859-15', 'macroman'],
    text: `François Lefèvre, Hélène Dubœuf, Jérôme Gagné, Zoé Châtelain, Benoît Périer, Françoise Lemaître, Loïc Bérenger, Anaïs Noël,
      Besançon, Saint-Étienne, Nîmes, Orléans, Béziers, Évreux, Châteauroux, Mâcon, Angoulême, Sète, Alès, Lisieux, Compiègne.
      À rappeler après le déjeuner. Demande une remise sur la deuxième livraison. Le contrat est signé, le paiement a été reçu.
      Service des achats, société à responsabilité limitée, clientèle fidèle, dès réception, où, être, même, déjà prêt`,
  },
  german: {
    encodings: ['windows-1252', 'iso-8859-1', 'iso-8859-15', 'macroman'],
    text: `Jürgen Müller, Käthe Schröder, Günther Weiß, Björn Großmann, Dörte Jäger, Sören Köhler, Ursula Böhm, Wilfried Krämer,
      München, Köln, Düsseldorf, Nürnberg, Lübeck, Göttingen, Würzburg, Saarbrücken, Osnabrück, Tübingen, Gießen, Görlitz.
      Bitte nach dem Mittagessen zurückrufen. Möchte Rabatt für die zweite Lieferung. Vertrag unterschrieben, Zahlung überfällig.
      Geschäftsführer, Hauptstraße, Gesellschaft mit beschränkter Haftung, nächste Woche, während, größer, für, dreißig`,
  },
  spanish: {
    encodings: ['windows-1252', 'iso-8859-1', 'iso-8859-15', 'macroman'],
    text: `José García, María Núñez, Ángel Fernández, Begoña Ibáñez, Ramón Jiménez, Sofía Muñoz, Íñigo Peña, Lucía Domínguez, Raúl Yáñez,
      Málaga, Córdoba, León, Cádiz, Almería, A Coruña, Logroño, Cáceres, Ávila, Bogotá, Medellín, Asunción, Mérida, Avilés.
      Llamar después de comer. Pide un descuento para el segundo envío. El contrato está firmado, falta el pago. ¿Cuándo volverá?
      Dirección de compras, razón social, año próximo, mañana, también, teléfono móvil, número, atención al público, aquí`,
  },
  portuguese: {
    encodings: ['windows-1252', 'iso-8859-1', 'iso-8859-15', 'macroman'],
    text: `João Conceição, Antônia Gonçalves, Luís Magalhães, Inês Simões, Fábio Brandão, Cláudia Assunção, Estêvão Guimarães, Tomé Patrício,
      São Paulo, Brasília, Goiânia, Belém, Maceió, Évora, Setúbal, Bragança, Guimarães, Florianópolis, Cuiabá, Ribeirão Preto.
      Ligar depois do almoço. Pede um desconto na segunda remessa. O contrato está assinado, à espera do pagamento. Não há pressa.
      Secção de compras, endereço, razão social, próxima semana, amanhã, também, órgão público, distribuição, cartões`,
  },
  italian: {
    encodings: ['windows-1252', 'iso-8859-1', 'iso-8859-15', 'macroman'],
    text: `Niccolò Forlì, Noè Cantù, Giosuè Bacà, Nicolò Salò, Mosè Mattè, Agnès Rolfò, Bartolomè Calì, Desirè Alvisé,
      Forlì, Cantù, Salò, Nardò, Patù, Sacrofà, Santhià, Mondovì, Cefalù, Viggiù, Muggiò, Cirò, Agliè, Rhêmes, Cantù.
      Il cliente è in città, perché martedì c'è la fiera. La società pagherà più tardi: già detto. Può darsi che verrà venerdì.
      Proprietà, qualità, così, però, università, attività, libertà, lunedì, caffè, cioè, finché, là, lì, giù, età, metà`,
  },
  swedish: {
    encodings: ['windows-1252', 'iso-8859-1', 'macroman'],
    text: `Åke Sjöberg, Märta Lindström, Göran Åkesson, Björn Häggström, Linnéa Öberg, Jörgen Sandström, Gösta Grönlund, Anna Bäckman,
      Göteborg, Malmö, Västerås, Örebro, Linköping, Jönköping, Umeå, Luleå, Gävle, Borås, Växjö, Östersund, Trollhättan, Skövde.
      Ring tillbaka på eftermiddagen. Önskar rabatt på nästa leverans. Avtalet är påskrivet, vi väntar på betalning.
      Försäljningschef, inköpsavdelning, ägare, möte på måndag, också, för, från, höst, år, språk, tjänst, kött, själv`,
  },
  danish: {
    encodings: ['windows-1252', 'iso-8859-1', 'macroman'],
    text: `Søren Kjær, Jørgen Møller, Bjørn Ågård, Åse Sørensen, Kåre Nørgaard, Anne Bæk, Øystein Grønning, Gro Hæstad, Pål Bråten,
      København, Århus, Ålborg, Tromsø, Bodø, Ålesund, Sønderborg, Næstved, Køge, Hønefoss, Drøbak, Rønne, Helsingør, Værløse.
      Ring tilbage på fredag. Ønsker rabat på næste levering. Aftalen er på plads, vi afventer betaling. Også på ferie.
      Indkøbschef, næstformand, møde, år, først, større, læge, sælger, bestået, både, spørgsmål, hjælp, grøn, brød`,
  },
  finnish: {
    encodings: ['windows-1252', 'iso-8859-1', 'macroman'],
    text: `Päivi Hämäläinen, Väinö Mäkinen, Jyrki Järvinen, Eeva Lehtimäki, Pertti Mäkelä, Tyyne Hyvönen, Yrjö Räsänen, Töölö Oy,
      Jyväskylä, Hämeenlinna, Seinäjoki, Hyvinkää, Järvenpää, Riihimäki, Pietarsaari, Kemijärvi, Mänttä, Äänekoski, Nykarleby.
      Soittakaa iltapäivällä. Pyytää alennusta seuraavasta erästä. Sopimus on nyt päätetty, mutta maksu on myöhässä.
      Myyntipäällikkö, tilinpäätös, yhtiö, ensi viikolla tärkeä, päivä, yö, työ, pöytä, isäntä, mitä, että, tämä`,
  },
  dutch: {
    encodings: ['windows-1252', 'iso-8859-1', 'macroman'],
    text: `Daniël de Boër, Zoë Coëlho, Joëlle Faßbender, Noël van Heiningen, Raphaël Ruën, Loïs Smeïng, Chloé Bärts, Désirée Prins, André Köhler,
      Coëvorden, België, Italië, Roemenië, Oekraïne, Tsjechië, Brazilië, Curaçao, Groesbeek, Scandinavië, Kroatië, Sint Jansteen.
      Eén klant, twee ideeën. Financiële afdeling, industriële coördinatie, efficiënt, reünie, geïnteresseerd, vacuüm,
      ruïne, beëindigd, geëist, tweeën, zeeën, cliënten, officiële, knieën, café, vóór, één, patiënt, poëzie, coöperatie`,
  },
  turkish: {
    encodings: ['windows-1254'],
    text: `Ayşe Yıldız, Gökçe Şahin, Oğuz Çelik, İbrahim Güneş, Züleyha Koç, Hüseyin Öztürk, Çağla Aydın, Tuğba Kılıç, Işıl Doğan,
      İstanbul, İzmir, Eskişehir, Diyarbakır, Şanlıurfa, Balıkesir, Muğla, Kütahya, Çanakkale, Nevşehir, Niğde, Iğdır.
      Öğleden sonra aranacak. İkinci sipariş için indirim istiyor. Sözleşme imzalandı, ödeme bekleniyor. Müşteri tatilde.
      Satın alma müdürü, şirket, gelecek hafta, önemli, teşekkürler, çünkü, değil, kış, aşağı, yarın, büyük, küçük`,
  },
  latvian: {
    encodings: ['windows-1257'],
    text: `Jānis Bērziņš, Līga Kalniņa, Pēteris Ozoliņš, Kārlis Liepiņš, Ēriks Vītols, Ģirts Zariņš, Žanete Šmite, Ņina Ķeniņa,
      Rīga, Jūrmala, Liepāja, Rēzekne, Jēkabpils, Cēsis, Kuldīga, Sigulda, Tukums, Talsi, Līvāni, Krāslava, Balvi, Valmiera.
      Atzvanīt pēcpusdienā. Vēlas atlaidi nākamajai piegādei. Līgums ir parakstīts, gaidām maksājumu. Klients ir atvaļinājumā.
      Grāmatvedība, sabiedrība ar ierobežotu atbildību, nākamā nedēļa, svarīgi, paldies, čeks, šodien, ūdens, vārds`,
  },
  lithuanian: {
    encodings: ['windows-1257'],
    text: `Jonas Žemaitis, Rūta Šimkutė, Mindaugas Kazlauskas, Živilė Jankauskienė, Vytautas Čepaitis, Eglė Stankevičiūtė, Ąžuolas Jūra,
      Šiauliai, Panevėžys, Klaipėda, Marijampolė, Mažeikiai, Kėdainiai, Telšiai, Visaginas, Tauragė, Plungė, Kretinga, Šilutė.
      Paskambinti po pietų. Prašo nuolaidos kitai siuntai. Sutartis pasirašyta, laukiame mokėjimo. Klientas išvyko atostogų.
      Pirkimų skyrius, vyriausioji buhalterė, uždaroji akcinė bendrovė, kitą savaitę, svarbu, ačiū, žmonės, įmonė, daržovių`,
  },
  estonian: {
    encodings: ['windows-1257'],
    text: `Jüri Tõnisson, Külli Mägi, Õnne Pärn, Ülo Kõiv, Märt Põldmäe, Jaanus Sõber, Väino Rõõmussaar, Šura Žukov, Hõbe Lõhmus,
      Tõrva, Pärnu, Võru, Jõhvi, Põlva, Kärdla, Mõisaküla, Räpina, Jõgeva, Põltsamaa, Kohtla-Järve, Türi, Sillamäe, Käina.
      Helistada pärast lõunat. Soovib järgmisele tarnele allahindlust. Leping on sõlmitud, ootame makset. Läks välismaale.
      Müügijuht, raamatupidaja, osaühing, järgmine nädal, tähtis, tänan, õhtu, öö, üks, küsimus, sõna, mõte, või, äri`,
  },
  greek: {
    encodings: ['windows-1253'],
    text: `Γιώργος Παπαδόπουλος, Ελένη Νικολάου, Δημήτρης Αγγελόπουλος, Χρυσάνθη Ξένου, Θανάσης Ψαρράς, Φωτεινή Ζήση, Βασίλης Ιωάννου,
      Αθήνα, Θεσσαλονίκη, Πάτρα, Ηράκλειο, Λάρισα, Βόλος, Ιωάννινα, Χανιά, Καβάλα, Ρόδος, Λαμία, Κομοτηνή, Δράμα, Κέρκυρα.
      Να καλέσετε το απόγευμα. Ζητά έκπτωση για τη δεύτερη παραγγελία. Η σύμβαση υπογράφηκε, περιμένουμε την πληρωμή.
      Τμήμα προμηθειών, λογιστής, εταιρεία περιορισμένης ευθύνης, επόμενη εβδομάδα, σημαντικό, ευχαριστώ`,
  },
}
