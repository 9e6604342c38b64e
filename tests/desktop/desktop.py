# SPDX-License-Identifier: GPL-3.0-or-later
"""A private screen with the desktop app on it, used as a person does: by what assistive technology
sees, and by the keyboard.

Everything is looked up by its accessible role and name, so that the tests say what a user finds,
and not how the window is built.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

from room import Process, program, wait_until  # noqa: E402

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%(folder)s/bus</listen>
  <servicedir>%(folder)s/services</servicedir>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
GTK_SETTINGS = """[Settings]
gtk-font-name=Cantarell 11
gtk-enable-animations=0
gtk-cursor-blink=0
gtk-decoration-layout=:close
"""
A11Y_SERVICE = '/usr/share/dbus-1/services/org.a11y.Bus.service'


class Screen:
    """X server, window manager, session bus and accessibility bus: one for each test program."""

    def __init__(self, size='1280x1024'):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='conclave-desktop-'))
        self.processes = []
        self.environment = self.make_environment()
        try:
            self.start_display(size)
            self.start_bus()
            self.start_accessibility()
            self.start_window_manager()
        except BaseException:
            self.close()
            raise

    def make_environment(self):
        keep = ('PATH', 'ASAN_OPTIONS', 'LSAN_OPTIONS', 'UBSAN_OPTIONS', 'GDK_DEBUG',
                'CONCLAVE_LOCALE_DIR')
        environment = {name: os.environ[name] for name in keep if name in os.environ}
        return {
            **environment,
            'HOME': str(self.folder),
            'XDG_RUNTIME_DIR': str(self.folder),
            'LC_ALL': 'C.UTF-8',
            'TZ': 'UTC',
            'GDK_BACKEND': 'x11',
            'GSK_RENDERER': 'cairo',
            'GTK_A11Y': 'atspi',
            'GTK_IM_MODULE': 'gtk-im-context-simple',
            'GTK_USE_PORTAL': '0',
            'ADW_DISABLE_PORTAL': '1',
            'GSETTINGS_BACKEND': 'keyfile',
            'GSETTINGS_SCHEMA_DIR': os.environ['GSETTINGS_SCHEMA_DIR'],
        }

    def spawn(self, arguments, **options):
        process = subprocess.Popen(arguments, env=self.environment, **options)
        self.processes.append(process)
        return process

    def start_display(self, size):
        """The server chooses a free number, and writes it when it is ready."""
        reader, writer = os.pipe()
        self.spawn(
            ['Xvfb', '-displayfd', str(writer), '-screen', '0', size + 'x24',
             '-nolisten', 'tcp', '-noreset'],
            pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        with os.fdopen(reader) as pipe:
            number = pipe.readline().strip()
        assert number, 'Xvfb does not start'
        self.environment['DISPLAY'] = ':' + number

    def start_bus(self):
        """With nothing on it that could be activated but the accessibility bus."""
        (self.folder / 'services').mkdir()
        shutil.copy(A11Y_SERVICE, self.folder / 'services')
        config = self.folder / 'bus.conf'
        config.write_text(BUS_CONFIG % {'folder': self.folder}, encoding='utf-8')
        bus = self.spawn(
            ['dbus-daemon', '--config-file=%s' % config, '--nofork', '--print-address=1'],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding='utf-8',
        )
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = bus.stdout.readline().strip()

    def start_accessibility(self):
        """Before any app starts, which would else think that nobody listens."""
        call = ['gdbus', 'call', '--session', '-d', 'org.a11y.Bus', '-o', '/org/a11y/bus', '-m']
        self.run(*call, 'org.a11y.Bus.GetAddress')
        self.run(*call, 'org.freedesktop.DBus.Properties.Set', 'org.a11y.Status', 'IsEnabled',
                 '<true>')
        # libatspi, in this process, listens on the same.
        for name in ('DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR'):
            os.environ[name] = self.environment[name]
        os.environ.pop('AT_SPI_BUS_ADDRESS', None)
        Atspi.init()

    def start_window_manager(self):
        self.spawn(['openbox'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: 'window id' in self.run(
            'xprop', '-root', '_NET_SUPPORTING_WM_CHECK'), 'there is a window manager')

    def run(self, *arguments):
        result = subprocess.run(
            [str(argument) for argument in arguments], env=self.environment, timeout=60,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding='utf-8', check=False,
        )
        assert result.returncode == 0, '%s: %s' % (arguments, result.stdout)
        return result.stdout.strip()

    def keys(self, *names):
        self.run('xdotool', 'key', '--clearmodifiers', *names)

    def type(self, text):
        self.run('xdotool', 'type', '--delay', '12', '--clearmodifiers', '--', text)

    def take_picture(self, path):
        self.run('import', '-window', 'root', path)

    def close(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


# ---- What assistive technology sees

# Newer versions of AT-SPI call it by the short name.
BUTTON = re.compile('^(push )?button$')
# A file chooser has no role of its own.
WINDOW = re.compile('^(frame|dialog|alert|window|file chooser|filler)$')
LONG_LIST = 40
# How often is looked whether a file chooser has closed, before it is told again.
RETURN_PATIENCE = 100


def children(node):
    for number in range(node.get_child_count()):
        child = node.get_child_at_index(number)
        if child is not None:
            yield child


def is_deep(node):
    """Rows of a long list that are not shown are there by the hundred. And GTK 4.8 crashes when it
    is asked about a file chooser that goes."""
    if node.get_name() == 'GtkFileChooserWidget':
        return True
    return node.get_role_name() == 'list' and node.get_child_count() > LONG_LIST


def walk(node, deep=False):
    """Each node under this one."""
    yield node
    if deep or not is_deep(node):
        for child in children(node):
            yield from walk(child, deep)


def has_state(node, state):
    return node.get_state_set().contains(state)


def is_sensitive(node):
    return has_state(node, Atspi.StateType.SENSITIVE)


def text_of(node):
    """What an entry or a text view holds."""
    return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))


# With GTK 4.18 a status has no name, and a label that another one labels has that one's: both have
# a text, which is what is read.
TOLD = re.compile('^(label|status ?bar|alert)$')


def fits_text(node, wanted):
    return wanted is not None and fits(node.get_role_name(), TOLD) and fits(text_of(node), wanted)


# What GTK calls a widget that nobody gave a name.
TYPE_NAME = re.compile('^(Gtk|Adw|Chat)[A-Z]')


def has_name(node):
    name = node.get_name()
    return bool(name) and not TYPE_NAME.match(name)


def describe(node, depth=0):
    """The tree as it is, but for what only holds others, for a test that fails."""
    lines = []
    if has_name(node) or has_state(node, Atspi.StateType.FOCUSABLE):
        lines.append('%s%s %r' % ('  ' * depth, node.get_role_name(), node.get_name()))
        depth += 1
    if not is_deep(node):
        for child in children(node):
            lines += describe(child, depth)
    return lines


def fits(value, wanted):
    if wanted is None:
        return True
    if isinstance(wanted, re.Pattern):
        return bool(wanted.search(value))
    # A button with a mnemonic says its label, and then the label inside it says the same.
    return value == wanted or value.replace('_', '') == '%s %s' % (wanted, wanted)


def is_shown(node):
    """Pages of a stack that are not shown are in the tree as well, without a size."""
    extents = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
    return extents.width > 0 and extents.height > 0


def connected(name):
    """What the header bar says to whom."""
    return re.compile('Connected · %s$' % name)


def find_apps():
    """Those that run on the screen."""
    return [app for app in children(Atspi.get_desktop(0)) if app.get_name() == 'conclave']


class Tree:
    """What one process of the app shows, and what can be done with it."""

    def __init__(self, screen, root):
        self.screen = screen
        self.root = root

    def is_running(self):
        return True

    # ---- Looking

    def wait_for(self, find, what):
        """Polls: the tree is in another process. Returns what was found."""
        found = []

        def look():
            try:
                found[:] = [find()]
            except GLib.Error:  # what was looked at has gone
                return False
            return bool(found[0])

        try:
            wait_until(lambda: look() or not self.is_running(), what)
            assert found and found[0], 'the app ended before ' + what
        except AssertionError as error:
            raise AssertionError('%s\n%s' % (error, self.tree())) from None
        return found[0]

    def tree(self):
        try:
            return '\n'.join(describe(self.root))
        except (AttributeError, GLib.Error) as error:
            return '(%s)' % error

    def find(self, role=None, name=None, where=None, within=None, deep=False):
        """The first node with this role and name (a text, or a pattern), or None."""
        for node in walk(within or self.root, deep):
            if (
                fits(node.get_role_name(), role)
                and (fits(node.get_name() or '', name) or fits_text(node, name))
                and (where is None or where(node))
            ):
                return node
        return None

    def need(self, role=None, name=None, where=None, within=None, deep=False):
        """The same, as soon as it is there."""
        what = 'there is %s %s' % (role or 'something', name or '')
        return self.wait_for(lambda: self.find(role, name, where, within, deep), what)

    def need_gone(self, role=None, name=None, where=None):
        self.wait_for(
            lambda: not self.find(role, name, where), '%s %s is gone' % (role, name)
        )

    def need_window(self, title):
        return self.need(WINDOW, title)

    # ---- Doing

    def press(self, name, role=re.compile('button|menu item')):
        node = self.need(role, name, is_sensitive)
        assert Atspi.Action.do_action(node, 0), name
        return node

    def fill(self, name, text, role='text'):
        node = self.need(role, name)
        assert Atspi.EditableText.set_text_contents(node, text), name
        return node

    def find_x_windows(self, title):
        found = subprocess.run(
            ['xdotool', 'search', '--onlyvisible', '--all', '--pid',
             str(self.root.get_process_id()), '--name', title],
            env=self.screen.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding='utf-8', check=False,
        )
        # It fails when another window goes while it looks.
        return self.find_x_windows(title) if found.stderr else found.stdout.split()

    def focus(self, title):
        """Keys go to the window with this title."""
        wait_until(lambda: self.find_x_windows(title), title + ' is there')
        self.screen.run('xdotool', 'windowactivate', '--sync', self.find_x_windows(title)[-1])

    # ---- Files

    def choose_file(self, title, path):
        """In the file chooser with this title, by its path."""
        self.focus('^%s$' % title)
        if title.startswith('Save'):  # there is a name already, which is replaced
            self.screen.keys('ctrl+a')
            self.screen.type(str(path))
            self.screen.keys('Return')
            wait_until(lambda: not self.find_x_windows('^%s$' % title), title + ' is closed')
        else:
            self.enter_location(title, str(path))

    def enter_location(self, title, path):
        """While GTK 4.18 reads the folder that it shows first, it changes what was typed and takes
        the focus, and any version does nothing at Return."""
        self.screen.keys('ctrl+l')
        entry = self.need('text', None, is_shown, self.need_window(title), True)

        def is_ready():
            if text_of(entry) != path:
                Atspi.EditableText.set_text_contents(entry, path)
            elif not has_state(entry, Atspi.StateType.FOCUSED):
                Atspi.Component.grab_focus(entry)
            else:
                return True
            return False

        def is_closed():
            """Or is told again, when it had time to close."""
            nonlocal patience
            patience -= 1
            if patience == 0:
                patience = RETURN_PATIENCE
                self.wait_for(is_ready, 'the entry holds ' + path)
                self.screen.keys('Return')
            return not self.find_x_windows('^%s$' % title)

        patience = 1
        wait_until(is_closed, title + ' is closed')

    # ---- In the room

    def rows(self):
        """What is read to somebody who cannot see: one text for each row, from the first on."""
        log = self.need('log', 'Messages')
        rows = []
        for row in children(log):
            named = next((node for node in walk(row, True) if node.get_name()), None)
            rows.append(named.get_name() if named else '')
        return rows

    def need_row(self, *parts):
        """A row that says all of these."""
        return self.wait_for(
            lambda: next((r for r in self.rows() if all(part in r for part in parts)), None),
            'a row says %r' % (parts,))

    def say(self, text):
        """Where the keys go: into the message, but after a menu was used."""
        self.focus('Conclave$')
        self.screen.type(text)
        self.screen.keys('Return')


class App(Process, Tree):
    """The desktop app of one person, with settings and data in a folder of their own."""

    def __init__(self, screen, folder, *arguments, **environment):
        Tree.__init__(self, screen, None)
        self.folder = folder
        self.environment = {**screen.environment, **environment}
        for kind in ('CONFIG', 'DATA', 'CACHE', 'STATE'):
            path = folder / kind.lower()
            path.mkdir(parents=True, exist_ok=True)
            self.environment['XDG_%s_HOME' % kind] = str(path)
        self.environment.setdefault('HOME', str(folder))
        gtk = folder / 'config' / 'gtk-4.0'
        gtk.mkdir(exist_ok=True)
        if not (gtk / 'settings.ini').exists():
            (gtk / 'settings.ini').write_text(GTK_SETTINGS, encoding='utf-8')
        Process.__init__(
            self,
            [program('CONCLAVE'), '--new-instance', *arguments],
            env={'G_DEBUG': 'fatal-criticals', **self.environment},
            cwd=folder,
        )
        self.root = self.wait_for(self.find_root, 'the app is there')

    def find_root(self):
        apps = (app for app in find_apps() if app.get_process_id() == self.process.pid)
        return next(apps, None)

    def is_running(self):
        return self.process.poll() is None
