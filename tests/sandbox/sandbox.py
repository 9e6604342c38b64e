# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen with the portals of a desktop on it, and the app as flatpak starts it there."""

import os
import pathlib
import re
import shutil
import subprocess
import time

from gi.repository import Gio, GLib

from desktop import A11Y_SERVICE, GTK_SETTINGS, Screen, Tree, find_apps
from room import Process, run, wait_until

APP = 'io.github.conclave_chat.Conclave'
SERVICES = pathlib.Path(A11Y_SERVICE).parent
PORTALS = (
    'org.freedesktop.Flatpak',
    'org.freedesktop.impl.portal.PermissionStore',
    'org.freedesktop.impl.portal.desktop.gtk',
    'org.freedesktop.portal.Desktop',
    'org.freedesktop.portal.Documents',
)
NOTIFICATIONS = """
<node><interface name="org.freedesktop.Notifications">
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
  </method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation">
    <arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/>
  </method>
  <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>"""


class PortalScreen(Screen):
    """Its bus starts the portals as well. They mount what they pass on below XDG_RUNTIME_DIR, which
    the sandbox sees under the same name only where it has the usual one."""

    def make_environment(self):
        keep = {name: os.environ[name] for name in ('FLATPAK_USER_DIR', 'XDG_RUNTIME_DIR')}
        home = self.folder / 'home'
        home.mkdir()
        return {
            **super().make_environment(),
            **keep,
            'HOME': str(home),
            'XDG_CURRENT_DESKTOP': 'GNOME',
        }

    def start_bus(self):
        services = self.folder / 'services'
        services.mkdir()
        for name in PORTALS:
            shutil.copy(SERVICES / (name + '.service'), services)
        # What was installed offers itself on the bus: a click on a notification starts it.
        exported = pathlib.Path(os.environ['FLATPAK_USER_DIR']) / 'exports/share/dbus-1/services'
        shutil.copy(exported / (APP + '.service'), services)
        services.rename(self.folder / 'portals')
        super().start_bus()

    def start_accessibility(self):
        for service in (self.folder / 'portals').iterdir():
            shutil.copy(service, self.folder / 'services')
        self.run('gdbus', 'call', '--session', '-d', 'org.freedesktop.DBus',
                 '-o', '/org/freedesktop/DBus', '-m', 'org.freedesktop.DBus.ReloadConfig')
        super().start_accessibility()

    def close(self):
        subprocess.run(['fusermount3', '-u', '-z', os.environ['XDG_RUNTIME_DIR'] + '/doc'],
                       check=False, stderr=subprocess.DEVNULL)
        super().close()


class Notifications:
    """Stands in for the desktop that shows them."""

    def __init__(self, screen):
        self.shown = []
        self.bus = Gio.DBusConnection.new_for_address_sync(
            screen.environment['DBUS_SESSION_BUS_ADDRESS'],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.bus.register_object(
            '/org/freedesktop/Notifications',
            Gio.DBusNodeInfo.new_for_xml(NOTIFICATIONS).interfaces[0], self.answer, None, None)
        Gio.bus_own_name_on_connection(
            self.bus, 'org.freedesktop.Notifications', Gio.BusNameOwnerFlags.NONE, None, None)

    def answer(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        if method == 'Notify':
            self.shown.append(parameters.unpack())
            invocation.return_value(GLib.Variant('(u)', (len(self.shown),)))
        elif method == 'GetCapabilities':
            invocation.return_value(GLib.Variant('(as)', (['actions', 'body'],)))
        elif method == 'GetServerInformation':
            invocation.return_value(GLib.Variant('(ssss)', ('test', 'test', '1', '1.2')))
        else:
            invocation.return_value(None)

    def find(self, *parts):
        while GLib.MainContext.default().iteration(False):
            pass
        texts = ['%s %s' % (one[3], one[4]) for one in self.shown]
        return next((text for text in texts if all(part in text for part in parts)), None)

    def need(self, *parts):
        wait_until(lambda: self.find(*parts), 'a notification says %r' % (parts,))


class SandboxedApp(Process, Tree):
    """The app, started as its icon does it. What it keeps is in the home of the screen."""

    def __init__(self, screen):
        Tree.__init__(self, screen, None)
        self.folder = pathlib.Path(screen.environment['HOME'], '.var/app', APP)
        gtk = self.folder / 'config/gtk-4.0'
        gtk.mkdir(parents=True, exist_ok=True)
        (gtk / 'settings.ini').write_text(GTK_SETTINGS, encoding='utf-8')
        passed = ('GDK_BACKEND', 'GSK_RENDERER', 'GTK_A11Y')
        options = ['--env=%s=%s' % (name, screen.environment[name]) for name in passed]
        Process.__init__(
            self, ['flatpak', 'run', '--user', *options, APP], env=screen.environment)
        self.root = self.wait_for(lambda: next(iter(find_apps()), None), 'the app is there')

    def is_running(self):
        return self.process.poll() is None

    def find_x_windows(self, title):
        """Those of the portals are of other processes, and from inside the sandbox no number of a
        process tells anything."""
        found = subprocess.run(
            ['xdotool', 'search', '--onlyvisible', '--name', title], env=self.screen.environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding='utf-8', check=False)
        return self.find_x_windows(title) if found.stderr else found.stdout.split()

    def choose_file(self, title, path):
        """The portal's chooser, of GTK 3, loses what is typed before its entry is there."""
        self.focus('^%s$' % title)
        self.screen.keys('ctrl+l')
        time.sleep(1)
        self.screen.keys('ctrl+a')
        self.screen.run('xdotool', 'type', '--delay', '60', '--', str(path))
        time.sleep(1)
        self.screen.keys('Return')
        wait_until(lambda: not self.find_x_windows('^%s$' % title), title + ' is closed')

    def close(self):
        """What runs inside outlives the process that started it."""
        subprocess.run(['flatpak', 'kill', APP], env=self.screen.environment, check=False,
                       stderr=subprocess.DEVNULL)
        super().close()

    def quit(self):
        self.focus('Conclave$')
        self.screen.keys('ctrl+q')
        assert self.wait() == 0, self.text()


def inside(screen, command):
    """What a shell in the sandbox says."""
    result = run('flatpak', 'run', '--user', '--command=sh', APP, '-c', command,
                 env=screen.environment)
    return result.stdout


DOCUMENT = re.compile('/run/user/[0-9]+/doc/')
