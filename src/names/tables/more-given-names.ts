/** Frequent given names without short forms, in lower case and with `е` for `ё`: of Russia, then of English countries. */
export const moreGivenNames = `
авдей адам архип валерьян вениамин гавриил глеб гордей дамир демид демьян евдоким елисей емельян игнат климент
кондрат кузьма лаврентий лука макар марат марк марсель мартин мирон мирослав митрофан моисей мстислав назар никифор
никон оскар остап платон прохор радик рамиль ренат ринат родион рустам самуил серафим тихон трофим феликс фома
харитон эльдар эмиль эрик юлиан ян азат айдар алмаз ильдар ильнур нурлан арман ашот армен тигран гурам зураб
вахтанг
аглая агния ада аида алевтина алла алсу анфиса ариадна белла богдана виолетта гульнара дарина дина доминика ева
евдокия зара злата инга инесса ираида клара лада лейла лиана лилия лия лолита марта марьям милана милена мира
мирослава наиля нелли нонна павлина регина римма роза роксана руслана сабина снежана стефания сюзанна таисия фаина
фатима эвелина элеонора элина эмилия эрика юлиана юнона ярослава айгуль альфия гузель зульфия лилит ануш нино
ada adam addison adele adrian aidan aimee alana alexis alyssa amber angelina anita annette april archie ashley
audrey austin ava barry belinda bernadette bethany beverly blake bonnie brenda brett bridget brittany brooke bruce
callum candace carla carmen casey charlene chelsea cheryl chloe claire clara clarence clive colin colleen connor
corey courtney craig crystal curtis dale damian dana danielle darlene darren dawn dean deanna denise derek diana
dolores donna doris duncan dustin dwayne dylan earl edgar edith eileen elaine ella enid erica erin esther ethan
ethel eva evan faith felicity fiona gareth garry gary gavin gemma georgia georgina geraldine gillian gina gladys
glen glenn gloria gordon grace graham grant guy harvey hazel heather hector heidi henrietta holly homer hugo ian
ida imogen ina ingrid iris isla ivan ivy jackson janice jared jason jay jean jeanette jemima jesse jill joann jodie
joel jordan joy joyce juanita julian june justin karen kayla keith kelly kelsey kerry kevin kirsten kristen kristin
kyle lance lauren leah lee leon leroy linda lindsay lindsey lloyd logan lois lola lorraine lucille lyn lynn mabel
madison manuel marcia marian marilyn marion marjorie marlene martina marvin mason maureen maxine megan melinda
melvin mercedes meredith mia micheal michelle miles miranda miriam monica morgan muriel myra nadia nancy naomi
natasha nelson nigel nina noah noel norma olive oscar owen paula pearl perry philippa phoebe phyllis quentin ralph
randy regina renee rex rhoda rita roberta robin rochelle rosa rosalind ross rowan roy ruben ruby rupert ruth ryan
sabrina saul scott seth shane shannon sharon shelley sheryl shirley silvia sofia sonia spencer stacey stella summer
sylvia tamara tanya tara terri thelma tiffany todd tracey tracy travis trevor tristan troy tyler vera verity vernon
veronica viola violet wade wallace wanda warren wayne wilma xavier yolanda yvette yvonne zara
`
