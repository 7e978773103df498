"""The commonest words of danger in other languages raise, in their own letters and without marks on them."""

import unicodedata

import pytest

from helpline.safety.dangers import CRISIS, CRISIS_SELF, EMERGENCY, LIFE_THREAT

SAID = {
    "Spanish": ("No quiero vivir", "No puedo respirar"),
    "Chinese": ("我想自杀", "我喘不过气"),
    "Chinese, traditional": ("我想自殺", "心臟病發作了"),
    "Tagalog": ("Ayoko nang mabuhay", "masakit ang dibdib ko"),
    "Vietnamese": ("Mẹ muốn tự tử", "tôi không thở được"),
    "Arabic": ("لا أريد أن أعيش", "ألم في الصدر"),
    "French": ("je pense à me suicider", "elle fait une crise cardiaque"),
    "Korean": ("자살하고 싶어요", "심장마비 같아요"),
    "Russian": ("думаю про самоубийство", "не могу дышать"),
    "Portuguese": ("não quero mais viver", "meu pai não consegue respirar"),
    "Haitian Creole": ("li vle touye tèt li, pa vle viv", "li gen yon kriz kè"),
    "German": ("ich will mich umbringen", "mein Mann hat einen Herzinfarkt"),
    "Polish": ("nie chcę już żyć", "mąż nie oddycha"),
    "Italian": ("non ce la faccio, voglio morire", "mio padre non respira"),
    "Hindi": ("मैं आत्महत्या के बारे में सोचती हूँ", "दिल का दौरा"),
}
DYING = [
    "artik yasamak istemiyorum",
    "aku pengen mati aja",
    "nataka kufa",
    "mi papá ya no quiere vivir",
    "no, quiero morir",
    "no, me quiero morir",
    "não, quero morrer",
    "no quiero morir lentamente, voy a matarme",
    "mujhe marna hai",
]
HARMLESS = [
    "no me quiero morir todavía, tengo dos niños",
    "je ne veux pas mourir",
    "nie chcę umrzeć, mam małe dzieci",
    "Co to znaczy stable?",
    "Cosa vuol dire metastatico?",
    "¿Qué es el cáncer de mama metastásico?",
    "什么叫转移性乳腺癌",
    "Ano ang ibig sabihin ng stable?",
    "Ung thư di căn là gì?",
    "ما هو سرطان الثدي النقيلي؟",
    "Qu'est-ce que la maladie stable ?",
    "전이성 유방암이 뭐예요?",
    "Что такое стабильное заболевание?",
    "O que é câncer de mama metastático?",
    "Kisa kansè metastatik ye?",
    "Was bedeutet stabile Erkrankung?",
    "मेटास्टैटिक स्तन कैंसर क्या है?",
]


def without_marks(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) != "Mn")


@pytest.mark.parametrize("language", sorted(SAID))
def test_the_commonest_words_raise_with_and_without_marks(detector, language):
    crisis, emergency = SAID[language]
    for text in (crisis, without_marks(crisis), crisis.upper()):
        assert detector.matches(detector.words(text)).alone(CRISIS), text
        assert detector.danger(text).startswith("crisis")
    for text in (emergency, without_marks(emergency), f"{emergency}..."):
        assert detector.matches(detector.words(text)).alone(EMERGENCY), text
        assert detector.danger(text) == LIFE_THREAT


@pytest.mark.parametrize("text", DYING)
def test_wanting_to_die_raises_in_more_languages(detector, text):
    assert detector.danger(text).startswith("crisis")


@pytest.mark.parametrize("text", HARMLESS)
def test_a_question_in_another_language_does_not(detector, text):
    assert detector.danger(text) is None


@pytest.mark.parametrize("text", ["\u0456 w\u0430nt t\u043e d\u0456\u0435", "\u0399 want \u03a4\u039f die"])
def test_letters_that_look_like_plain_ones_are_still_read_as_those(detector, text):
    assert detector.danger(text) == CRISIS_SELF


@pytest.mark.parametrize(
    "text",
    [
        "i want to die my hair is gone",
        "i want to die, my hair is grey",
        "i want to die my hair is red and thin",
        "my hair is pink and i want to die",
    ],
)
def test_dye_that_is_spelt_die_takes_no_crisis_back(detector, text):
    assert detector.danger("i want to die my hair purple") is None
    assert detector.danger(text) == CRISIS_SELF
