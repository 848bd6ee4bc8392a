const words = (text: string) => text.trim().split(/\s+/)

/** Frequent first names, in lower case and with `е` for `ё`: Russian with their short forms, and English. */
export const firstNames: ReadonlySet<string> = new Set([
  ...words(`
    авдей адам александр алексей альберт анатолий андрей антон аркадий арсений артем артемий артур архип афанасий богдан
    борис вадим валентин валерий валерьян василий вениамин виктор виталий влад владимир владислав всеволод вячеслав гавриил
    геннадий георгий герман глеб гордей григорий давид дамир даниил данила данил демид демьян денис дмитрий евгений евдоким
    егор елисей емельян ефим захар иван игнат игорь илья иннокентий иосиф кирилл климент кондрат константин кузьма лаврентий
    лев леонид лука макар максим марат марк марсель мартин матвей мирон мирослав митрофан михаил моисей мстислав назар никита
    никифор николай никон олег оскар остап павел петр платон прохор радик рамиль рафаэль ренат ринат родион роман ростислав
    руслан рустам савелий самуил святослав семен сергей серафим станислав степан тарас тимофей тимур тихон трофим федор феликс
    филипп фома харитон эдуард эльдар эмиль эрик юлиан юрий яков ян ярослав азат айдар алмаз ильдар ильнур марсель нурлан
    арман ашот армен тигран гурам зураб вахтанг`),
  ...words(`
    аглая агния ада аида алевтина александра алена алина алиса алла алсу альбина анастасия ангелина анжела анжелика анна
    антонина анфиса ариадна арина ася белла богдана валентина валерия варвара василиса вера вероника виктория виолетта
    владислава галина гульнара дарина дарья диана дина доминика ева евгения евдокия екатерина елена елизавета жанна зара
    зинаида злата зоя инга инесса инна ираида ирина кира клавдия клара кристина ксения лада лариса лейла лиана лидия лилия
    лина лия лолита любовь людмила майя маргарита марина мария марта марьям милана милена мира мирослава надежда наиля наталия
    наталья нелли ника нина нонна оксана олеся ольга павлина полина прасковья раиса регина римма роза роксана руслана сабина
    светлана серафима снежана софия софья стефания сюзанна таисия тамара татьяна ульяна фаина фатима эвелина элеонора элина
    эльвира эмилия эмма эрика юлиана юлия юнона яна ярослава айгуль альфия гузель зульфия лилит ануш нино`),
  ...words(`
    саша шура алеша леша леха толя настя андрюша аня нюра антоша боря валя вася вика витя володя вова слава гена гоша гриша
    даня даша дима денис женя катя лена лиза ваня игорек ира костя ксюша люда макс маша миша надя наташа коля оля паша петя
    рома света сема сережа соня стас таня тема федя юля юра яша зина люба рита тома лара леня лида митя сеня тима`),
  ...words(`
    aaron abigail ada adam addison adele adrian agnes aidan aimee alan alana albert alec alex alexander alexandra alexis alfred
    alice alicia alison allan allen allison alyssa amanda amber amelia amy ana andrea andrew andy angela angelina anita ann anna
    anne annette annie anthony antonio april archie arnold arthur ashley audrey austin ava barbara barry beatrice becky belinda
    ben benjamin bernadette bernard bert beth bethany betty beverly bill billy blake bob bobby bonnie brad bradley brandon brenda
    brendan brett brian bridget brittany brooke bruce bryan caitlin callum cameron candace carl carla carlos carmen carol caroline
    carolyn carrie casey catherine cathy cecilia charlene charles charlie charlotte chelsea cheryl chloe chris christian christina
    christine christopher cindy claire clara clarence claudia clifford clive colin colleen connie connor constance corey courtney
    craig crystal curtis cynthia daisy dale damian dan dana daniel danielle danny darlene darren dave david dawn dean deanna debbie
    deborah debra denise dennis derek desmond diana diane dolores dominic don donald donna dora doris dorothy doug douglas duncan
    dustin dwayne dylan earl ed eddie edgar edith edward edwin eileen elaine eleanor elena eli elijah elisabeth elizabeth ella ellen
    ellie elsie emily emma enid eric erica erik erin ernest esther ethan ethel eugene eva evan evelyn faith felicity fiona florence
    frances francesca francis frank franklin fred freddie frederick gabriel gabriella gail gareth garry gary gavin gemma gene geoff
    geoffrey george georgia georgina gerald geraldine gerard gilbert gillian gina ginger gladys glen glenn gloria gordon grace graham
    grant greg gregory greta guy gwen hannah harold harriet harry harvey hazel heather hector heidi helen helena henrietta henry
    herbert holly homer howard hugh hugo ian ida imogen ina ingrid irene iris isaac isabel isabella isabelle isla ivan ivy jack jackie
    jackson jacob jacqueline jake james jamie jan jane janet janice jared jasmine jason jay jean jeanette jeff jeffrey jemima jen
    jennifer jenny jeremy jerome jerry jess jesse jessica jill jim jimmy jo joan joann joanna joanne jodie joe joel john johnny jon
    jonathan jordan jose joseph josephine josh joshua joy joyce juan juanita judith judy julia julian julie juliet june justin karen
    karl kate katelyn katherine kathleen kathryn kathy katie kay kayla keith kelly kelsey ken kenneth kerry kevin kim kimberly kirsten
    kristen kristin kyle lance larry laura lauren laurence laurie lawrence leah lee len lena leo leon leonard leroy leslie lewis liam
    lillian lily linda lindsay lindsey lisa liz lloyd logan lois lola lorraine louis louisa louise lucas lucia lucille lucy luis luke
    lydia lyn lynn mabel madeleine madison maggie malcolm mandy manuel marc marcia marcus margaret maria marian marie marilyn marion
    marjorie mark marlene martha martin martina marvin mary mason matilda matt matthew maureen maurice max maxine megan melanie melinda
    melissa melvin mercedes meredith mia micheal michael michele michelle miguel mike mildred miles milly miranda miriam mitchell molly
    monica morgan muriel myra nadia nancy naomi natalie natasha nathan nathaniel neil nell nelson nicholas nick nicola nicole nigel nina
    noah noel nora norma norman olive oliver olivia oscar owen pam pamela pat patricia patrick paul paula pauline pearl pedro peggy penelope
    penny percy perry pete peter phil philip phillip philippa phoebe phyllis polly priscilla quentin rachel ralph ramon randy ray raymond
    rebecca reg regina reginald renee rex rhoda ricardo richard rick ricky rita rob robbie robert roberta robin rochelle rod roderick rodney
    roger roland ron ronald rosa rosalind rose rosemary rosie ross rowan roy ruben ruby rudolph rupert russell ruth ryan sabrina sally sam
    samantha samuel sandra sara sarah saul scott sean sebastian seth shane shannon sharon shaun shawn sheila shelley sheryl shirley sid sidney
    silvia simon sofia sonia sophia sophie spencer stacey stan stanley stella steph stephanie stephen steve steven stewart stuart sue summer
    susan susanna suzanne sydney sylvia tamara tammy tanya tara ted terence teresa terri terry tessa thelma theo theodore theresa thomas tiffany
    tim timothy tina toby todd tom tommy toni tony tracey tracy travis trevor tristan troy tyler valerie vanessa vera verity vernon veronica
    vicky victor victoria vince vincent viola violet virginia vivian vivien wade wallace walt walter wanda warren wayne wendy wilfred will
    william willie wilma winifred winston xavier yolanda yvette yvonne zachary zara zoe`),
])
