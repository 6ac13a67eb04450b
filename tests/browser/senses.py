"""What a page asks of hands, eyes and ears: sizes of targets, sideways scrolling, the order of headings, and names."""

from playwright.sync_api import Page

FINGER, IN_A_SENTENCE = 44, 24  # pixels
NARROW = {"width": 320, "height": 640}  # as a desk of 1280 at 400 %, or a phone of 640 at 200 %
NAMES = ".pl-row__name, .pl-table__name, .pl-find__name, .pl-step__name, th > a"

NAMED = """
    const words = found => (found.getAttribute('aria-label') || found.textContent).replace(/\\s+/g, ' ').trim();
    const named = found => found.tagName.toLowerCase() + (found.classList.length ? '.' + [...found.classList].join('.') : '')
        + ` "${words(found).slice(0, 40)}"`;
"""
TOO_SMALL = f"""([finger, inSentence, names]) => {{{NAMED}
    const size = boxes => [Math.max(...boxes.map(box => box.width)), Math.max(...boxes.map(box => box.height))];
    const around = boxes => [
        Math.max(...boxes.map(box => box.right)) - Math.min(...boxes.map(box => box.left)),
        Math.max(...boxes.map(box => box.bottom)) - Math.min(...boxes.map(box => box.top)),
    ];
    const isInline = found => getComputedStyle(found).display === 'inline';
    const inSentences = found => {{
        if (found.tagName !== 'A' || !isInline(found) || found.matches(names)) return false;
        let block = found.parentElement;
        while (isInline(block)) block = block.parentElement;
        const rest = block.cloneNode(true);
        rest.querySelectorAll('a, svg').forEach(other => other.remove());
        return rest.textContent.trim().length > 1;
    }};
    return [...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')]
        .filter(found => found.checkVisibility() && !found.closest('.visually-hidden, .pl-skip'))
        .map(found => {{
            const boxes = [found, ...(found.matches('[type=checkbox], [type=radio]') && found.labels || [])]
                .map(each => each.getBoundingClientRect());
            const [width, height] = boxes.length > 1 ? around(boxes) : size([...found.getClientRects()]);
            const sentence = inSentences(found), least = sentence ? inSentence : finger;
            return (sentence || width > least - .5) && height > least - .5
                ? null : `${{named(found)}} is ${{Math.round(width)}} x ${{Math.round(height)}}`;
        }}).filter(Boolean);
}}"""
TOO_WIDE = f"""() => {{{NAMED}
    const beyond = (within, edge) => {{
        const found = [...within.querySelectorAll('*')].filter(each => each.checkVisibility()
            && each.getBoundingClientRect().right > edge + 1 && !each.closest('.visually-hidden, thead, svg'));
        return found.filter(each => !found.some(other => other !== each && each.contains(other)));
    }};
    const page = document.documentElement;
    const scrolls = [...document.querySelectorAll('.pl-scroll')].filter(each => each.checkVisibility());
    const cards = scrolls.filter(each => each.querySelector('.pl-table--cards') && each.scrollWidth > each.clientWidth + 1);
    return [
        ...(page.scrollWidth > page.clientWidth
            ? beyond(document.body, page.clientWidth).filter(each => !each.closest('.pl-scroll')) : []),
        ...cards.flatMap(each => beyond(each, each.getBoundingClientRect().right)),
    ].map(each => `${{named(each)}} is wider than the page`);
}}"""
UNORDERED = """() => {
    const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
        .filter(found => found.checkVisibility()).map(found => Number(found.tagName[1]));
    const tops = levels.filter(level => level === 1).length;
    const jumps = levels.map((level, n) => [levels[n - 1] || 0, level]).filter(([before, level]) => level > before + 1);
    return [...(tops === 1 ? [] : [`${tops} headings of the first level`]),
        ...jumps.map(([before, level]) => `a heading of level ${level} after one of level ${before}`)];
}"""
CONFUSED = f"""() => {{{NAMED}
    const leads = found => {{
        const form = found.form;
        if (found.tagName === 'A') return found.href;
        if (!form) return Math.random();
        const hidden = [...form.querySelectorAll('[type=hidden]')]
            .filter(each => !['csrfmiddlewaretoken', 'submission_id'].includes(each.name));
        return [found.formAction, found.name, found.value, ...hidden.map(each => each.value)].join();
    }};
    // In a calendar the headings of row and column say whose it is and when; below it, the lines it stands in.
    const ofCalendar = found => {{
        const cell = found.closest('.pl-cal td'), line = found.closest('.pl-cal-list li li');
        if (line) return `${{words(line.firstElementChild)}}, ${{words(line.closest('.pl-cal-list > li').firstElementChild)}}`;
        if (!cell) return '';
        const heads = [...cell.closest('table').tHead.rows[0].cells];
        return `${{words(cell.parentElement.cells[0])}}, ${{words(heads[cell.cellIndex])}}`;
    }};
    const led = {{}};
    document.querySelectorAll('main :is(a[href], button, summary):not([aria-hidden=true])').forEach(found => {{
        const group = found.closest('[role=group][aria-label], fieldset');
        const within = group ? group.getAttribute('aria-label') || words(group.querySelector('legend')) : ofCalendar(found);
        const name = `${{within}}: ${{words(found)}}`;
        (led[name] ||= new Set()).add(leads(found));
    }});
    return Object.entries(led).flatMap(([name, where]) => name === ': ' ? ['something has no name']
        : where.size > 1 ? [`${{where.size}} are called "${{name}}"`] : []);
}}"""


IN_A_SENSE = f"""(asked) => {{
    document.querySelectorAll('details:not(.pl-log--sheet)').forEach(found => {{ found.open = true }});
    return [...({TOO_SMALL})(asked), ...({TOO_WIDE})(), ...({UNORDERED})(), ...({CONFUSED})()];
}}"""
ASKED = [FINGER, IN_A_SENTENCE, NAMES]


def in_a_sense(page: Page) -> list[str]:
    """Return what is wrong with a page for hands, eyes and ears, with everything open that is folded."""
    return page.evaluate(IN_A_SENSE, ASKED)


def for_hands(page: Page) -> list[str]:
    """Return the targets of a page that are too small for a finger."""
    return page.evaluate(TOO_SMALL, ASKED)


def for_eyes(page: Page) -> list[str]:
    """Return what makes a page scroll sideways at the width it has."""
    return page.evaluate(TOO_WIDE)
