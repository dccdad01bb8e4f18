//! The words of pages, in the six languages of the register.

use amparo_domain::language::Language;

macro_rules! words {
    ($($(#[$doc:meta])* $word:ident: $ar:literal, $en:literal, $es:literal, $fr:literal, $pt:literal, $ru:literal;)*) => {
        /// What stands on pages beside what records say.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Word { $($(#[$doc])* $word),* }

        impl Word {
            /// All of them.
            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$word),*];

            /// The word in a language.
            pub(crate) const fn of(self, language: Language) -> &'static str {
                let [ar, en, es, fr, pt, ru] = match self {
                    $(Self::$word => [$ar, $en, $es, $fr, $pt, $ru]),*
                };
                match language {
                    Language::Ar => ar,
                    Language::En => en,
                    Language::Es => es,
                    Language::Fr => fr,
                    Language::Pt => pt,
                    Language::Ru => ru,
                }
            }
        }
    };
}

words! {
    Affected: "الأشخاص المتضررون", "People affected", "Personas afectadas", "Personnes touchées", "Pessoas afetadas", "Пострадавшие";
    All: "الجميع", "All", "Todos", "Tous", "Todos", "Все";
    AlsoCalled: "يُعرف أيضًا باسم", "Also called", "También llamada", "Aussi appelée", "Também chamada", "Также известна как";
    Answered: "سبق الرد على هذا الطلب:", "This was answered already:", "Ya se respondió:", "Il y a déjà été répondu\u{a0}:", "Já foi respondido:", "На это уже ответили:";
    Archived: "نسخة محفوظة", "Archived copy", "Copia archivada", "Copie archivée", "Cópia arquivada", "Архивная копия";
    AsCited: "كما استُشهد به", "as cited", "como se citó", "telle que citée", "como foi citado", "как процитировано";
    AsOf: "حتى", "as of", "a fecha de", "au", "à data de", "по состоянию на";
    AtLeast: "على الأقل", "at least", "al menos", "au moins", "pelo menos", "не менее";
    AtMost: "على الأكثر", "at most", "como máximo", "au plus", "no máximo", "не более";
    AttributedTo: "منسوب إلى", "Attributed to", "Atribuido a", "Attribué à", "Atribuído a", "Приписывается";
    Case: "القضية", "Case", "Caso", "Dossier", "Caso", "Дело";
    ChangeSuggested: "نقترح تعديلًا", "We suggest a change", "Proponemos un cambio", "Nous proposons une modification", "Propomos uma alteração", "Мы предлагаем изменение";
    Charges: "التهم", "Charges", "Cargos", "Chefs d’accusation", "Acusações", "Обвинения";
    Check: "تحقق", "Check", "Comprobar", "Vérifier", "Verificar", "Проверить";
    CheckAbout: "الصق رقمًا أو حاشية أو نصًا كاملًا، أو اختر ملفًا. تُقارَن كل إشارة بما هو منشور اليوم. يُقرأ ما ترسله في الذاكرة ولا يُحفظ منه شيء.", "Paste a number, a footnote or a whole text, or choose a file. Each citation is compared with what is published today. What you send is read in memory, and nothing of it is kept.", "Pegue un número, una nota o un texto entero, o elija un archivo. Cada cita se compara con lo publicado hoy. Lo que envía se lee en memoria y nada se guarda.", "Collez un numéro, une note ou un texte entier, ou choisissez un fichier. Chaque citation est comparée à ce qui est publié aujourd’hui. Ce que vous envoyez est lu en mémoire, et rien n’en est gardé.", "Cole um número, uma nota ou um texto inteiro, ou escolha um ficheiro. Cada citação é comparada com o que hoje está publicado. O que envia é lido em memória e nada é guardado.", "Вставьте номер, сноску или целый текст либо выберите файл. Каждая ссылка сравнивается с тем, что опубликовано сегодня. Отправленное читается в памяти, и ничего из него не сохраняется.";
    CheckAgain: "تحقق من نص آخر", "Check another text", "Comprobar otro texto", "Vérifier un autre texte", "Verificar outro texto", "Проверить другой текст";
    CheckCitations: "تحقق من الاستشهادات", "Check citations", "Comprobar citas", "Vérifier des citations", "Verificar citações", "Проверка ссылок";
    CheckFile: "أو ملف: نص أو Markdown أو Word (‎.docx)", "Or a file: text, Markdown or Word (.docx)", "O un archivo: texto, Markdown o Word (.docx)", "Ou un fichier\u{a0}: texte, Markdown ou Word (.docx)", "Ou um ficheiro: texto, Markdown ou Word (.docx)", "Или файл: текст, Markdown или Word (.docx)";
    CheckMore: "في النص أكثر من 1000 استشهاد، ولم يُنظر في ما بعدها.", "There are more than 1,000 citations; those after them were not looked at.", "Hay más de 1000 citas; las siguientes no se han mirado.", "Il y a plus de 1\u{202f}000 citations\u{a0}; les suivantes n’ont pas été examinées.", "Há mais de 1000 citações; as seguintes não foram vistas.", "Ссылок больше 1000; остальные не проверялись.";
    CheckNothing: "لم يُعثر على أي استشهاد.", "No citation was found.", "No se encontró ninguna cita.", "Aucune citation n’a été trouvée.", "Não foi encontrada nenhuma citação.", "Ссылок не найдено.";
    CheckText: "رقم أو حاشية أو نص", "A number, a footnote or a text", "Un número, una nota o un texto", "Un numéro, une note ou un texte", "Um número, uma nota ou um texto", "Номер, сноска или текст";
    CheckTooLarge: "هذا أكبر مما يُقرأ: 2 ميبيبايت على الأكثر.", "This is more than is read: 2 MiB at most.", "Es más de lo que se lee: 2 MiB como máximo.", "C’est plus que ce qui est lu\u{a0}: 2\u{a0}Mio au plus.", "É mais do que se lê: 2 MiB no máximo.", "Это больше, чем читается: не более 2 МиБ.";
    CheckUnread: "تعذرت قراءة هذا الملف: أرسل نصًا (UTF-8) أو Markdown أو مستند Word ‏(.docx).", "This file cannot be read: send a text (UTF-8), Markdown or a Word document (.docx).", "No se puede leer este archivo: envíe un texto (UTF-8), Markdown o un documento de Word (.docx).", "Ce fichier ne peut pas être lu\u{a0}: envoyez un texte (UTF-8), du Markdown ou un document Word (.docx).", "Não é possível ler este ficheiro: envie um texto (UTF-8), Markdown ou um documento do Word (.docx).", "Этот файл не читается: отправьте текст (UTF-8), Markdown или документ Word (.docx).";
    Checked: "ما وُجد", "What was found", "Lo encontrado", "Ce qui a été trouvé", "O que foi encontrado", "Что найдено";
    Cite: "كيف تستشهد بهذا", "Cite this", "Cómo citar esto", "Citer ceci", "Como citar isto", "Как сослаться";
    CitedIn: "مستشهد به في", "Cited in", "Citado en", "Cité dans", "Citado em", "Цитируется в";
    CitedList: "قائمة مجمَّدة بما يستشهد به", "What it cites, as a frozen list", "Lo que cita, en una lista fija", "Ce qu’elle cite, en liste figée", "O que cita, numa lista fixa", "Цитируемое в виде зафиксированного списка";
    CitedRecords: "السجلات المستشهد بها", "Records cited", "Registros citados", "Fiches citées", "Registos citados", "Цитируемые записи";
    Cites: "يستشهد بـ", "Cites", "Cita", "Cite", "Cita", "Ссылается на";
    Claims: "ما تقوله المصادر", "What sources say", "Lo que dicen las fuentes", "Ce que disent les sources", "O que dizem as fontes", "Что говорят источники";
    Code: "الرمز", "Code", "Código", "Code", "Código", "Код";
    CodeWrong: "هذا الرمز غير صالح: إما أن فيه خطأ، أو سُحب، أو انقضت مدته. اطلب رمزًا جديدًا ممن أرسله.", "This code does not hold: it has a mistake in it, was taken back, or is too old. Ask whoever sent it for a new one.", "Este código no es válido: contiene un error, fue retirado o ha caducado. Pida uno nuevo a quien se lo envió.", "Ce code n’est pas valable\u{a0}: il contient une erreur, a été retiré ou a expiré. Demandez-en un nouveau à la personne qui vous l’a envoyé.", "Este código não é válido: tem um erro, foi retirado ou expirou. Peça um novo a quem o enviou.", "Этот код недействителен: в нём ошибка, он отозван или истёк. Попросите новый у того, кто его прислал.";
    Compare: "قارن بين نسختين", "Compare versions", "Comparar versiones", "Comparer des versions", "Comparar versões", "Сравнить версии";
    CopyHint: "حدِّد النص وانسخه", "Select the text and copy it", "Seleccione el texto y cópielo", "Sélectionnez le texte et copiez-le", "Selecione o texto e copie-o", "Выделите текст и скопируйте";
    Country: "البلد", "Country", "País", "Pays", "País", "Страна";
    Custody: "الاحتجاز", "Custody", "Privación de libertad", "Détention", "Privação de liberdade", "Содержание под стражей";
    Date: "التاريخ", "Date", "Fecha", "Date", "Data", "Дата";
    DateNote: "ملاحظة على التاريخ", "On the date", "Sobre la fecha", "Sur la date", "Sobre a data", "О дате";
    DaysToAnswer: "أيام حتى الرد", "days until the answer", "días hasta la respuesta", "jours jusqu’à la réponse", "dias até à resposta", "дней до ответа";
    Declined: "لا نؤيده", "We do not endorse it", "No la respaldamos", "Nous ne la soutenons pas", "Não a subscrevemos", "Мы его не поддерживаем";
    Disputed: "متنازع عليه: مصدر موثوق يخالف ما ورد هنا.", "Disputed: a credible source contradicts what stands here.", "Controvertido: una fuente fiable contradice lo que aquí consta.", "Contesté\u{a0}: une source crédible contredit ce qui figure ici.", "Contestado: uma fonte credível contradiz o que aqui consta.", "Оспаривается: надёжный источник противоречит сказанному здесь.";
    DisputedNow: "متنازع عليه الآن", "disputed now", "controvertido ahora", "contestée à présent", "contestado agora", "теперь оспаривается";
    Download: "تنزيل", "Download", "Descargar", "Télécharger", "Descarregar", "Скачать";
    Election: "الانتخابات", "Election", "Elección", "Élection", "Eleição", "Выборы";
    Embed: "أدرج هذا في صفحة", "Show this on another site", "Mostrar esto en otro sitio", "Afficher ceci sur un autre site", "Mostrar isto noutro sítio", "Показать это на другом сайте";
    EmbedFrozen: "يبقى كما هو الآن", "Stays as it is now", "Queda como está ahora", "Reste tel qu’il est maintenant", "Fica como está agora", "Останется таким, как сейчас";
    EmbedLatest: "يتغيّر مع السجل", "Keeps up with the register", "Se actualiza con el registro", "Suit le registre", "Acompanha o registo", "Обновляется вместе с реестром";
    Endnote: "حاشية ختامية", "Endnote", "Nota final", "Note de fin", "Nota final", "Концевая сноска";
    Endorse: "تأييد بيان", "Endorse a statement", "Respaldar una declaración", "Soutenir une déclaration", "Subscrever uma declaração", "Поддержать заявление";
    EndorseAbout: "أدخل الرمز الذي أُرسل إليك لقراءة ما يُطلب منك تأييده. لا حاجة إلى حساب.", "Enter the code that was sent to you to read what you are asked to endorse. No account is needed.", "Introduzca el código que recibió para leer lo que se le pide respaldar. No hace falta una cuenta.", "Saisissez le code que vous avez reçu pour lire ce qu’il vous est demandé de soutenir. Aucun compte n’est nécessaire.", "Introduza o código que recebeu para ler o que lhe é pedido que subscreva. Não é preciso conta.", "Введите присланный вам код, чтобы прочитать, что вас просят поддержать. Учётная запись не нужна.";
    EndorseMissing: "اختر ردًا، واكتب اسمك وصفتك؛ وإن اقترحت تعديلًا فاكتبه.", "Choose an answer and say your name and role; if you suggest a change, say which.", "Elija una respuesta e indique su nombre y su cargo; si propone un cambio, diga cuál.", "Choisissez une réponse et indiquez votre nom et votre fonction\u{a0}; si vous proposez une modification, dites laquelle.", "Escolha uma resposta e indique o seu nome e função; se propõe uma alteração, diga qual.", "Выберите ответ и укажите своё имя и должность; если предлагаете изменение — какое.";
    EndorsePrivate: "اسمك لمن يكتبون البيان وحدهم. أما الجمهور فيرى اسم المنظمة فقط.", "Your name is for those who write the statement. The public sees the organization alone.", "Su nombre es para quienes redactan la declaración. El público solo ve la organización.", "Votre nom est réservé aux personnes qui rédigent la déclaration. Le public ne voit que l’organisation.", "O seu nome é para quem redige a declaração. O público vê apenas a organização.", "Ваше имя увидят только авторы заявления. Всем остальным видна лишь организация.";
    EndorseThanks: "وصل ردكم:", "Your answer was received:", "Se recibió su respuesta:", "Votre réponse a été reçue\u{a0}:", "A sua resposta foi recebida:", "Ваш ответ получен:";
    EndorsedBy: "أيّده", "Endorsed by", "Respaldado por", "Soutenu par", "Subscrito por", "Поддержали";
    EndorsedIt: "نؤيد هذا النص", "We endorse this text", "Respaldamos este texto", "Nous soutenons ce texte", "Subscrevemos este texto", "Мы поддерживаем этот текст";
    Facts: "الوقائع", "Facts", "Hechos", "Faits", "Factos", "Факты";
    Files: "ملفات لبرامج المراجع ولمعالج النصوص", "Files for reference managers and for Word", "Archivos para gestores de referencias y para Word", "Fichiers pour logiciels de références et pour Word", "Ficheiros para gestores de referências e para o Word", "Файлы для программ управления ссылками и для Word";
    FirstPublished: "نُشر أول مرة", "First published", "Publicado por primera vez", "Première publication", "Primeira publicação", "Впервые опубликовано";
    FitsNowhere: "لا يقع كله في أي منها", "Fits into none as a whole", "No cabe entero en ninguno", "N’entre en entier dans aucun", "Não cabe inteiro em nenhum", "Не помещается целиком ни в один";
    Footnote: "حاشية", "Footnote", "Nota al pie", "Note de bas de page", "Nota de rodapé", "Сноска";
    FootnoteLater: "حاشية لاحقة", "Later footnote", "Nota posterior", "Note ultérieure", "Nota posterior", "Повторная сноска";
    FrozenList: "قائمة مجمَّدة", "Frozen list", "Lista fija", "Liste figée", "Lista fixa", "Зафиксированный список";
    FrozenListAbout: "لا تتغير هذه القائمة: لكل سجل فيها النسخة التي كانت منشورة عند إعدادها.", "This list does not change: of each record it holds the version that was published when it was made.", "Esta lista no cambia: de cada registro contiene la versión publicada cuando se hizo.", "Cette liste ne change pas\u{a0}: de chaque fiche, elle contient la version publiée au moment où elle a été établie.", "Esta lista não muda: de cada registo contém a versão publicada quando foi feita.", "Этот список не меняется: в нём те версии записей, которые были опубликованы, когда он был составлен.";
    Grade: "درجة التثبت", "Grade", "Grado de verificación", "Degré de vérification", "Grau de verificação", "Степень подтверждения";
    InText: "في المتن", "In the text", "En el texto", "Dans le texte", "No texto", "В тексте";
    Incidents: "الحوادث", "Incidents", "Incidentes", "Incidents", "Incidentes", "Инциденты";
    Is: "أصبح", "Now", "Ahora", "Maintenant", "Agora", "Стало";
    IsDiffers: "مختلف", "Differs", "Difiere", "Diffère", "Difere", "Отличается";
    IsDisputed: "متنازع عليه منذ ذلك", "Disputed since", "Controvertido desde entonces", "Contesté depuis", "Contestado desde então", "Оспорено с тех пор";
    IsMatches: "مطابق", "Matches", "Coincide", "Conforme", "Corresponde", "Совпадает";
    IsMerged: "مدموج", "Merged", "Fusionado", "Fusionné", "Fundido", "Объединено";
    IsMistyped: "رقم فيه خطأ", "Mistyped", "Mal escrito", "Mal recopié", "Mal escrito", "Опечатка в номере";
    IsNewer: "توجد نسخة أحدث", "Newer version", "Hay versión más reciente", "Version plus récente", "Há versão mais recente", "Есть более новая версия";
    IsNotFound: "غير موجود", "Not found", "No encontrado", "Introuvable", "Não encontrado", "Не найдено";
    IsWithdrawn: "مسحوب", "Withdrawn", "Retirado", "Retiré", "Retirado", "Отозвано";
    Issuer: "أصدره", "Issued by", "Emitido por", "Publié par", "Emitido por", "Издано";
    JustThis: "هذه النسخة", "this version", "esta versión", "cette version", "esta versão", "эта версия";
    Kind: "النوع", "Kind of incident", "Tipo de incidente", "Type d’incident", "Tipo de incidente", "Вид инцидента";
    Languages: "اللغات", "Languages", "Idiomas", "Langues", "Línguas", "Языки";
    LastConfirmed: "آخر تأكيد", "last confirmed", "última confirmación", "dernière confirmation", "última confirmação", "последнее подтверждение";
    License: "الوقائع والنصوص متاحة بموجب رخصة المشاع الإبداعي نسبة المُصنَّف 4.0.", "Facts and texts may be used under CC BY 4.0.", "Los hechos y los textos pueden usarse según CC BY 4.0.", "Faits et textes utilisables selon CC BY 4.0.", "Os factos e os textos podem usar-se segundo CC BY 4.0.", "Факты и тексты можно использовать на условиях CC BY 4.0.";
    Line: "سطر واحد", "One line", "Una línea", "Une ligne", "Uma linha", "Одна строка";
    LogNotBegun: "هذه النسخة منشورة، لكن سجل الإثباتات هنا لم يبدأ بعد: لم يوقّع أحد أي نقطة تحقق منه. سيكون الإثبات هنا منذ أول توقيع.", "This version is published, but the log of this register has not begun: nobody has signed a checkpoint of it. The proof is here from the first one on.", "Esta versión está publicada, pero el libro de pruebas de este registro no ha comenzado: nadie ha firmado ningún punto de control. La prueba estará aquí desde el primero.", "Cette version est publiée, mais le journal de preuves de ce registre n’a pas commencé\u{a0}: personne n’en a signé de point de contrôle. La preuve sera ici dès le premier.", "Esta versão está publicada, mas o diário de provas deste registo não começou: ninguém assinou um ponto de controlo. A prova estará aqui a partir do primeiro.", "Эта версия опубликована, но журнал доказательств этого реестра ещё не начат: никто не подписал его контрольную точку. Доказательство будет здесь с первой подписи.";
    MadeOn: "أُعدّت في", "Made on", "Hecha el", "Établie le", "Feita em", "Составлен";
    MemberOf: "عضو في", "Member of", "Miembro de", "Membre de", "Membro de", "Входит в";
    MergedInto: "دُمج في", "merged into", "fusionado con", "fusionnée avec", "fundido com", "объединена с";
    Minor: "الصياغة وحدها", "Wording alone", "Solo la redacción", "Formulation seule", "Apenas a redação", "Только формулировки";
    Mistyped: "في هذا الرقم خطأ", "That number has a mistake in it", "Ese número tiene un error", "Ce numéro contient une erreur", "Esse número tem um erro", "В этом номере ошибка";
    MistypedAbout: "آخر رقم فيه لا يطابق الأرقام التي قبله: لعل رقمًا منها خطأ، أو تبادل رقمان مكانهما. قارنه بما هو مطبوع.", "Its last digit does not fit the others: one of them is wrong, or two have changed places. Compare it with what is printed.", "Su última cifra no concuerda con las demás: una está mal o dos han cambiado de lugar. Compárelo con lo impreso.", "Son dernier chiffre ne correspond pas aux autres\u{a0}: l’un est faux, ou deux ont été intervertis. Comparez-le avec ce qui est imprimé.", "O último algarismo não condiz com os outros: um está errado ou dois trocaram de lugar. Compare-o com o que está impresso.", "Последняя цифра не подходит к остальным: одна из них неверна или две переставлены. Сравните с напечатанным.";
    NamesRemoved: "أُزيل اسم من أجل السلامة في", "A name was removed for safety on", "Se retiró un nombre por seguridad el", "Un nom a été retiré par sécurité le", "Um nome foi retirado por segurança em", "Имя удалено ради безопасности:";
    Network: "الشبكة", "Network", "Red", "Réseau", "Rede", "Сеть";
    NewerVersion: "توجد نسخة أحدث:", "newer version:", "versión más reciente:", "version plus récente\u{a0}:", "versão mais recente:", "есть более новая версия:";
    Newest: "أحدث نسخة", "Newest version", "Última versión", "Dernière version", "Versão mais recente", "Последняя версия";
    NoDifference: "لا فرق بين النسختين في ما هو منشور.", "The two versions say the same in public.", "Las dos versiones dicen lo mismo en público.", "Les deux versions disent la même chose en public.", "As duas versões dizem o mesmo em público.", "В опубликованном обе версии одинаковы.";
    NoProof: "لا إثبات لهذه النسخة", "There is no proof of this version", "No hay prueba de esta versión", "Il n’y a pas de preuve de cette version", "Não há prova desta versão", "Доказательства этой версии нет";
    NoProofAbout: "تُثبَت نسخ الحوادث والبيانات المنشورة منذ أن صار لهذا السجل سجلُ إثباتات. ويبقى عنوان النسخة صالحًا للاستشهاد بها.", "What is proven are versions of incidents and statements that were published since this register has a log. The version can be cited by its address.", "Se prueban las versiones de incidentes y declaraciones publicadas desde que este registro tiene un libro de pruebas. La versión puede citarse por su dirección.", "Sont prouvées les versions d’incidents et de déclarations publiées depuis que ce registre tient un journal de preuves. La version peut être citée par son adresse.", "Provam-se as versões de incidentes e declarações publicadas desde que este registo tem um diário de provas. A versão pode ser citada pelo seu endereço.", "Доказываются версии инцидентов и заявлений, опубликованные с тех пор, как у реестра есть журнал. На версию можно сослаться по её адресу.";
    NobodyLooked: "\u{2013} يعني أنه لا يُعرف: لم يُعلن أحد أنه رصد ذلك.", "\u{2013} means that it is not known: nobody declares to have looked.", "\u{2013} significa que no se sabe: nadie declara haber observado.", "\u{2013} signifie que l’on ne sait pas\u{a0}: personne ne déclare avoir observé.", "\u{2013} significa que não se sabe: ninguém declara ter observado.", "\u{2013} значит «неизвестно»: никто не заявил, что вёл наблюдение.";
    NotFound: "لا شيء تحت هذا الرقم", "There is nothing under this number", "No hay nada con este número", "Rien ne porte ce numéro", "Não há nada com este número", "Под этим номером ничего нет";
    NotFoundAbout: "الرقم مكتوب كتابة صحيحة، لكن لا شيء منشور تحته. ما نُشر هنا مرة يبقى عنوانه دائمًا.", "The number is well formed, but nothing is published under it. What was published here once keeps its address for ever.", "El número está bien formado, pero no hay nada publicado con él. Lo que se publicó aquí conserva su dirección para siempre.", "Le numéro est bien formé, mais rien n’est publié sous lui. Ce qui a été publié ici garde son adresse pour toujours.", "O número está bem formado, mas nada está publicado com ele. O que aqui foi publicado mantém o seu endereço para sempre.", "Номер записан верно, но под ним ничего не опубликовано. Всё, что было здесь опубликовано, навсегда сохраняет свой адрес.";
    NotKnown: "غير معروف", "Not known", "No se sabe", "Inconnu", "Não se sabe", "Неизвестно";
    NotProvenYet: "لم يكتمل إثبات هذه النسخة بعد", "This version cannot be proven yet", "Esta versión aún no puede probarse", "Cette version ne peut pas encore être prouvée", "Esta versão ainda não pode ser provada", "Эту версию пока нельзя доказать";
    NotProvenYetAbout: "النسخة منشورة، وستدخل السجل مع نقطة التحقق الموقَّعة التالية. عُد بعد بضع ثوانٍ.", "It is published, and in the log with the next signed checkpoint. Come again in a few seconds.", "Está publicada y entrará en el libro con el próximo punto de control firmado. Vuelva dentro de unos segundos.", "Elle est publiée et entrera dans le journal avec le prochain point de contrôle signé. Revenez dans quelques secondes.", "Está publicada e entrará no diário com o próximo ponto de controlo assinado. Volte dentro de alguns segundos.", "Она опубликована и войдёт в журнал со следующей подписанной контрольной точкой. Вернитесь через несколько секунд.";
    Note: "ملاحظة", "Note", "Nota", "Note", "Nota", "Примечание";
    Notes: "الحواشي", "Notes", "Notas", "Notes", "Notas", "Примечания";
    Nothing: "لا شيء", "nothing", "nada", "rien", "nada", "ничего";
    OfKind: "النوع", "Kind", "Clase", "Type", "Tipo", "Вид";
    Organizations: "المنظمات", "Organizations", "Organizaciones", "Organisations", "Organizações", "Организации";
    Original: "النص الأصلي", "Original", "Original", "Original", "Original", "Оригинал";
    Overlap: "قد ترد الحادثة الواحدة في عدة أسطر.", "One incident can stand in several rows.", "Un mismo incidente puede figurar en varias filas.", "Un même incident peut figurer dans plusieurs lignes.", "O mesmo incidente pode figurar em várias linhas.", "Один инцидент может стоять в нескольких строках.";
    People: "الأشخاص", "People", "Personas", "Personnes", "Pessoas", "Люди";
    Place: "المكان", "Place", "Lugar", "Lieu", "Lugar", "Место";
    Proof: "إثبات", "Proof", "Prueba", "Preuve", "Prova", "Доказательство";
    ProofHint: "ملف يُثبت أن هذه النسخة نُشرت هكذا ولم تُغيَّر منذ ذلك الحين. احفظه وتحقّق منه من دون اتصال:", "A file that shows that this version was published so and was not changed since. Save it and check it offline:", "Un archivo que demuestra que esta versión se publicó así y no ha cambiado desde entonces. Guárdelo y compruébelo sin conexión:", "Un fichier qui montre que cette version a été publiée ainsi et n’a pas changé depuis. Enregistrez-le et vérifiez-le hors ligne\u{a0}:", "Um ficheiro que mostra que esta versão foi publicada assim e não mudou desde então. Guarde-o e verifique-o sem ligação:", "Файл, который показывает, что эта версия была опубликована именно такой и с тех пор не менялась. Сохраните его и проверьте без сети:";
    Published: "نُشر", "Published", "Publicado", "Publié", "Publicado", "Опубликовано";
    Question: "السؤال", "Question", "Consulta", "Requête", "Consulta", "Запрос";
    Read: "اقرأ", "Read", "Leer", "Lire", "Ler", "Прочитать";
    ReadAs: "هذه الصفحة بصيغة", "This page as", "Esta página como", "Cette page en", "Esta página como", "Эта страница как";
    Reason: "السبب", "Reason", "Motivo", "Motif", "Motivo", "Причина";
    Records: "السجلات", "Records", "Registros", "Fiches", "Registos", "Записи";
    Related: "على صلة بـ", "Related to", "Relacionado con", "Lié à", "Relacionado com", "Связано с";
    Responses: "ما تلاه من نداءات وردود", "Appeals, replies and effects", "Llamamientos, respuestas y efectos", "Appels, réponses et effets", "Apelos, respostas e efeitos", "Обращения, ответы и результаты";
    Send: "أرسل", "Send", "Enviar", "Envoyer", "Enviar", "Отправить";
    Severity: "الشدة", "Severity", "Gravedad", "Gravité", "Gravidade", "Тяжесть";
    Since: "منذ", "since", "desde", "depuis", "desde", "с";
    Skip: "إلى المحتوى", "Skip to the content", "Ir al contenido", "Aller au contenu", "Ir para o conteúdo", "К содержанию";
    Source: "المصدر", "Source", "Fuente", "Source", "Fonte", "Источник";
    Sources: "المصادر", "Sources", "Fuentes", "Sources", "Fontes", "Источники";
    Summary: "الملخص", "Summary", "Resumen", "Résumé", "Resumo", "Краткое изложение";
    Text: "النص", "Text", "Texto", "Texte", "Texto", "Текст";
    TextChanged: "تغيّر النص بعد أن أُرسل إليكم هذا الطلب. ردكم يخص النص المعروض هنا.", "The text has changed since this was sent to you. What you say is said of the text shown here.", "El texto ha cambiado desde que se le envió. Su respuesta se refiere al texto que aquí se muestra.", "Le texte a changé depuis cet envoi. Votre réponse porte sur le texte affiché ici.", "O texto mudou desde que isto lhe foi enviado. A sua resposta refere-se ao texto aqui mostrado.", "С тех пор текст изменился. Ваш ответ относится к тексту, показанному здесь.";
    Timeline: "ما حدث بالترتيب", "What happened, in order", "Lo que ocurrió, en orden", "Ce qui s’est passé, dans l’ordre", "O que aconteceu, por ordem", "Что произошло, по порядку";
    Title: "العنوان", "Title", "Título", "Titre", "Título", "Название";
    To: "إلى", "to", "a", "à", "a", "кому:";
    Unnamed: "أشخاص لم تُذكر أسماؤهم", "people who are not named", "personas sin nombrar", "personnes non nommées", "pessoas não nomeadas", "людей без имён";
    Versions: "النسخ", "Versions", "Versiones", "Versions", "Versões", "Версии";
    Was: "كان", "Before", "Antes", "Avant", "Antes", "Было";
    Website: "الموقع الإلكتروني", "Website", "Sitio web", "Site web", "Sítio web", "Сайт";
    What: "ما الذي تغيّر", "What changed", "Qué cambió", "Ce qui a changé", "O que mudou", "Что изменилось";
    WhatChange: "ما الذي ينبغي تغييره", "What should be otherwise", "Qué debería cambiar", "Ce qui devrait être modifié", "O que deve ser alterado", "Что следует изменить";
    Where: "الموضع", "Where", "Dónde", "Où", "Onde", "Где";
    Withdrawn: "سُحب هذا السجل", "This record was withdrawn", "Este registro fue retirado", "Cette fiche a été retirée", "Este registo foi retirado", "Эта запись отозвана";
    WithdrawnAbout: "يبقى الرقم لكي يمكن التحقق من الاستشهادات به. أما ما كان مكتوبًا تحته فلم يعد معروضًا، فلا تعتمد عليه.", "Its number stays, so that citations of it can be checked. What it said is shown no longer: do not rely on it.", "Su número permanece para que puedan comprobarse las citas. Lo que decía ya no se muestra: no se base en ello.", "Son numéro demeure, pour que les citations puissent être vérifiées. Ce qu’elle disait n’est plus affiché\u{a0}: ne vous y fiez pas.", "O seu número permanece, para que as citações possam ser verificadas. O que dizia já não é mostrado: não se baseie nisso.", "Номер сохраняется, чтобы ссылки можно было проверить. То, что в ней говорилось, больше не показывается: не опирайтесь на это.";
    WithdrawnNow: "سُحب", "withdrawn", "retirado", "retirée", "retirado", "отозвана";
    YourAnswer: "ردكم", "Your answer", "Su respuesta", "Votre réponse", "A sua resposta", "Ваш ответ";
    YourName: "اسمك", "Your name", "Su nombre", "Votre nom", "O seu nome", "Ваше имя";
    YourRole: "صفتك في المنظمة", "Your role in the organization", "Su cargo en la organización", "Votre fonction dans l’organisation", "A sua função na organização", "Ваша должность в организации";
}

/// `Version 3`.
pub(crate) fn version(language: Language, version: i64) -> String {
    let word = match language {
        Language::En | Language::Fr => "Version",
        Language::Es => "Versión",
        Language::Pt => "Versão",
        Language::Ru => "Версия",
        Language::Ar => "النسخة",
    };
    format!("{word} {version}")
}

/// Which version is read, where there is a newer one.
pub(crate) fn newer(language: Language, version: i64, published: &str) -> String {
    match language {
        Language::En => format!(
            "You are reading version {version}, of {published}. It says for ever what it said then. There is a newer one:"
        ),
        Language::Es => format!(
            "Está leyendo la versión {version}, del {published}. Dice para siempre lo que dijo entonces. Hay una más reciente:"
        ),
        Language::Fr => format!(
            "Vous lisez la version {version}, du {published}. Elle dit pour toujours ce qu’elle disait alors. Il y en a une plus récente\u{a0}:"
        ),
        Language::Pt => format!(
            "Está a ler a versão {version}, de {published}. Diz para sempre o que então disse. Há uma mais recente:"
        ),
        Language::Ru => format!(
            "Вы читаете версию {version} от {published}. Она всегда говорит то, что говорила тогда. Есть более новая:"
        ),
        Language::Ar => format!(
            "تقرأ النسخة {version} المنشورة في {published}. وهي تقول دائمًا ما قالته حينها. وتوجد نسخة أحدث:"
        ),
    }
}

/// That what is read was merged into another record, whose number follows.
pub(crate) const fn merged(language: Language) -> &'static str {
    match language {
        Language::En => {
            "This is what this record said before it was merged. What is known since is in"
        }
        Language::Es => {
            "Esto decía este registro antes de fusionarse. Lo que se sabe desde entonces está en"
        }
        Language::Fr => {
            "Voici ce que disait cette fiche avant d’être fusionnée. Ce que l’on sait depuis se trouve dans"
        }
        Language::Pt => {
            "Isto dizia este registo antes de ser fundido. O que se sabe desde então está em"
        }
        Language::Ru => {
            "Так говорилось в этой записи до объединения. То, что стало известно позже, — в записи"
        }
        Language::Ar => "هذا ما كان يقوله هذا السجل قبل دمجه. وما عُرف بعد ذلك تجده في",
    }
}

/// That the number by which somebody came was merged into what they read.
pub(crate) fn came_from(language: Language, number: &str) -> String {
    match language {
        Language::En => format!("{number} was merged into this record."),
        Language::Es => format!("{number} se fusionó con este registro."),
        Language::Fr => format!("{number} a été fusionné avec cette fiche."),
        Language::Pt => format!("{number} foi fundido com este registo."),
        Language::Ru => format!("{number} объединена с этой записью."),
        Language::Ar => format!("دُمج {number} في هذا السجل."),
    }
}

/// What changed between two versions, as a heading.
pub(crate) fn changes(language: Language, from: i64, to: i64) -> String {
    match language {
        Language::En => format!("What changed from version {from} to version {to}"),
        Language::Es => format!("Qué cambió de la versión {from} a la versión {to}"),
        Language::Fr => format!("Ce qui a changé de la version {from} à la version {to}"),
        Language::Pt => format!("O que mudou da versão {from} para a versão {to}"),
        Language::Ru => format!("Что изменилось от версии {from} до версии {to}"),
        Language::Ar => format!("ما الذي تغيّر من النسخة {from} إلى النسخة {to}"),
    }
}

/// What a language calls itself.
pub(crate) const fn own_name(language: Language) -> &'static str {
    match language {
        Language::Ar => "العربية",
        Language::En => "English",
        Language::Es => "Español",
        Language::Fr => "Français",
        Language::Pt => "Português",
        Language::Ru => "Русский",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_missing() {
        for word in Word::ALL {
            for language in Language::ALL {
                assert!(!word.of(language).is_empty(), "{word:?} {language}");
            }
        }
    }
}
