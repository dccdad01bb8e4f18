//! Words that stand in names and tell nobody: particles, titles, months and days of the week.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::fold;

/// Small words inside names, and titles before and behind them.
const PARTICLES: &str = "\
    abd abdel abdul abu aka al ap bar bat ben bey bin bint bou da dal dalla dar das de degli dei del della \
    den der des di do dos du ech el en er es ez haj hadj haji hajj het ibn iii ka la las le les lo los mac \
    na nee ni nic ogly oglu qizi kyzy pasha san sant santa santo sao ter und van vel von vom was \
    y ze zu zum zur dona don dom dr eng hon imam jr jun justice lady lic lord madame mlle mme monsieur mr mrs \
    ms phd prof professor rev senior senor senora sheikh shaikh sheik sir sra sri sr \
    абд аль бин ибн оглы кызы фон де ван дер эль \
    ابن بن بنت ابو ام آل ال عبد الشيخ السيد السيدة الدكتور";

/// Months in the six languages; Arabic has three sets of them.
const MONTHS: &str = "\
    january february march april may june july august september october november december \
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre \
    enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre \
    janeiro fevereiro março maio junho julho setembro outubro novembro dezembro \
    январь января январе февраль февраля феврале март марта марте апрель апреля апреле май мая мае июнь июня \
    июне июль июля июле август августа августе сентябрь сентября сентябре октябрь октября октябре ноябрь \
    ноября ноябре декабрь декабря декабре \
    يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر \
    كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين \
    جانفي فيفري أفريل ماي جوان جويلية أوت";

/// Days of the week in the six languages.
const DAYS: &str = "\
    monday tuesday wednesday thursday friday saturday sunday \
    lundi mardi mercredi jeudi vendredi samedi dimanche \
    lunes martes miércoles jueves viernes sábado domingo \
    segunda terça quarta quinta sexta feira \
    понедельник понедельника вторник вторника среда среды среду четверг четверга пятница пятницы пятницу \
    суббота субботы субботу воскресенье воскресенья \
    الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد \
    اثنين ثلاثاء أربعاء خميس جمعة سبت أحد";

static ORDINARY: LazyLock<HashSet<String>> = LazyLock::new(|| {
    [PARTICLES, MONTHS, DAYS].iter().flat_map(|words| fold::words(words)).collect()
});

/// Whether a folded word is one that names are made with and that tells nobody.
pub(super) fn is_ordinary(word: &str) -> bool {
    ORDINARY.contains(word)
}
