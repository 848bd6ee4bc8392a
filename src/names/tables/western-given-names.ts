/** Given names of Western Europe and America, in the same form as the Slavic ones. */
export const westernGivenNames = `
aaron: ron
abdullah abdallah:
abigail: abby abbie gail
abraham: abe
agnes agnese: aggie
alan allan allen alain: al
alfred alfredo: fred alf alfie
alison allison: ali
amanda: mandy
amelia: amy millie
andrea: andie
arnold: arnie
augustus august augustine: gus
bartholomew: bart
beatrice beatriz beatrix: bea trixie
benjamin: ben benny benji benjy
bernard bernhard bernardo: bernie
bradley: brad
brandon brendan:
brian bryan:
calvin: cal
cameron: cam
carl karl carlo carlos:
caroline carolyn carolina: carrie carol
cassandra: cass cassie sandra
cecilia cecile: celia
charles чарльз: charlie chuck chas chaz charley
charlotte carlotta: charlie lottie
christian cristian: chris
christopher christoph christophe: chris kit topher kris
clifford: cliff
constance: connie
cornelius: neil
cynthia: cindy
deborah debra: deb debbie debby
desmond: des
dominic dominik domenico dominique: dom nick
donald: don donnie
dorothy dorothea: dot dottie dolly dora
douglas: doug
edmund edmond: ed ned eddie ted
edwin: ed eddie
eleanor leonora eleonora: ellie nell nora elle nellie
ellen: ellie nell
emily emilia emilie: em emmy millie
eric erik erich: rick ricky
ernest ernesto: ernie
evelyn: evie eve
ezekiel: zeke
fernando ferdinand: ferdie nando
florence: flo florrie
frances francesca francisca francoise franziska: fran franny fanny frankie
francis francisco francesco francois franz: frank frankie fran paco pancho
franklin: frank
frederick friedrich frederic federico fredrik frederik: fred freddie freddy fritz rick
gabriel gabriele: gabe
gabriella gabriela gabrielle: gabby gaby
geoffrey jeffrey jeffery: jeff geoff
gerald geraldo: gerry jerry
gerard gerhard gerardo: gerry gerd
gertrude: gertie trudy
gilbert: gil bert
gwendolyn: gwen wendy
hanna hannah:
harold: harry hal
harriet: hattie harry
hassan hasan:
henry heinrich henri enrique enrico hendrik henrik henryk: harry hank hal heinz
herbert: herb bert
howard: howie
hubert: bert hugh
hussein husayn hossein hussain:
isaac: ike zac
isabel isabella isabelle: bella izzy belle
jacqueline: jackie jacqui
james джеймс: jim jimmy jamie jem
jane jayne джейн: janie jenny
janet: jan
jasmine yasmin: jas
jennifer дженнифер: jen jenny jenn
jeremy jeremiah: jerry jem
jerome: jerry
jessica: jess jessie
joan: joanie jo
joanna johanna joanne: jo
john джон johann johannes johan juan giovanni: johnny jack jon jackie hans gianni johnnie
jonathan jonathon: jon jonny
josephine josefina: jo josie
joshua: josh
judith: judy
juliet juliette: jules
kaitlyn caitlin katelyn: kate katie
kathleen cathleen: kathy kath cathy kate
kenneth: ken kenny
kimberly kimberley: kim
laura: laurie
laurence lawrence lorenzo laurent: larry laurie
leonard leonardo leonhard: len leo lenny
leslie lesley: les
lewis louis luis luigi: lou louie
lillian lilian: lily
louise luisa louisa: lou lulu
lucas luke luca lukas luc: luca
lucy lucia lucie: lu
ludwig ludovic:
madeleine madeline magdalena: maddie lena
malcolm: mal
marcus markus: marc mark
mark marc marco marek:
martin martino marcin: marty
martha marta: marty patty
matilda mathilde: tilly tilda
maurice moritz maurizio: mo
melanie: mel
melissa: mel missy
mildred: millie milly
mitchell: mitch
nathaniel nathan: nat nate
nicole nicola: nicky nikki
norman: norm
oliver olivier: ollie
olivia: livvy liv
osama usama:
oswald: ozzy
pamela: pam
patricia patrizia: pat patty trish tricia patsy
patrick patricio: pat paddy
penelope: penny
percival: percy
priscilla: cilla
rachel raquel: rae
raymond raimund ramon: ray
rebecca rebekah: becky becca
reginald: reg reggie
richard ричард riccardo ricardo: rick dick rich ricky richie
robert roberto: bob rob bobby robbie bert
roderick rodrigo: rod
rodney: rod
roger rogelio:
roland rolando:
ronald ronaldo: ron ronnie
rosemary: rose rosie
rudolph rudolf: rudy
russell: russ
samantha: sam sammy
samuel: sam sammy
sarah sara: sally sadie
sean shaun shawn:
sebastian: seb bastian
sheila shelagh:
sidney sydney: sid syd
solomon: sol
stanley: stan
stephanie stefanie: steph stevie
stuart stewart: stu
susan susanna susanne suzanne: sue susie suzy
terence terrence: terry
teresa theresa therese: terry tess tessa
thomas tommaso tomas: tom tommy
tobias: toby
vanessa: nessa
vincent vincenzo vicente: vince vinny
virginia: ginny ginger
vivian vivien vivienne: viv
walter walther: walt wally
wilfred: wilf
william уильям wilhelm guillermo guglielmo guillaume willem: bill will willie billy liam wim willy
winifred: winnie freda
winston: winnie
`
