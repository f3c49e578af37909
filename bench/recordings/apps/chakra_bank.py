"""A bank of Chakra UI (React 18): a sign-in, transfers in a modal, an alert dialog, toasts, skeletons, a chart on a canvas."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
import { createRoot } from "react-dom/client";
import { useEffect, useRef, useState } from "react";
import { ChakraProvider, Box, Button, Heading, HStack, Input, InputGroup, FormControl, FormLabel, FormErrorMessage, Modal, ModalOverlay, ModalContent, ModalHeader, ModalBody, ModalCloseButton, AlertDialog, AlertDialogOverlay, AlertDialogContent, AlertDialogHeader, AlertDialogBody, AlertDialogFooter, Skeleton, SkeletonText, Spinner, useToast, useDisclosure, Table, Tbody, Tr, Td, Stat, StatNumber, StatLabel, NumberInput, NumberInputField, NumberInputStepper, NumberIncrementStepper, NumberDecrementStepper, Switch, Tabs, TabList, Tab, TabPanels, TabPanel, Alert, AlertIcon, Menu, MenuButton, MenuList, MenuItem, Slider, SliderTrack, SliderThumb, Checkbox, Accordion, AccordionItem, AccordionButton, AccordionPanel } from "@chakra-ui/react";
const ask = async (url: string, body?: any) => { const a = await fetch(url, body && { method: "POST", body: JSON.stringify(body) }); return { ok: a.ok, status: a.status, ...(await a.json()) }; };
function Chart({ days }: any) { const ref = useRef<HTMLCanvasElement>(null); useEffect(() => { const c = ref.current!.getContext("2d")!; c.clearRect(0, 0, 400, 120); c.beginPath(); for (let i = 0; i < 400; i += 5) c.lineTo(i, 60 + 40 * Math.sin(i / days)); c.stroke(); }, [days]); return <canvas ref={ref} width={400} height={120} />; }
function Enter({ done }: any) {
  const [who, setWho] = useState(""); const [word, setWord] = useState(""); const [why, setWhy] = useState(""); const [busy, setBusy] = useState(false);
  const send = async (e: any) => { e.preventDefault(); setBusy(true); setWhy(""); const a = await ask("/api/enter", { who, word }); setBusy(false); a.ok ? done() : setWhy(a.why); };
  return <Box as="form" onSubmit={send} w="300px" m={10}>{why && <Alert status="warning" mb={3}><AlertIcon />{why}</Alert>}<FormControl><FormLabel>Contract</FormLabel><Input value={who} onChange={(e) => setWho(e.target.value)} /></FormControl><FormControl><FormLabel>Passphrase</FormLabel><Input type="password" value={word} onChange={(e) => setWord(e.target.value)} /></FormControl><Button type="submit" mt={3} isLoading={busy}>Open my account</Button></Box>;
}
function Desk() {
  const toast = useToast(); const send = useDisclosure(); const block = useDisclosure(); const least = useRef(null);
  const [rows, setRows] = useState<any[] | null>(null); const [q, setQ] = useState(""); const [to, setTo] = useState(""); const [iban, setIban] = useState(""); const [bad, setBad] = useState(""); const [days, setDays] = useState(12); const [balance, setBalance] = useState<any>(""); const [n, setN] = useState(1);
  useEffect(() => { ask("/api/rows").then((a) => setRows(a.rows)); }, []);
  const pay = async (e: any) => { e.preventDefault(); setBad(""); const a = await ask("/api/pay", { to, iban }); if (a.status === 400) return setBad(a.why); if (!a.ok) return toast({ status: "error", title: "The transfer was not carried out", duration: 4000 }); send.onClose(); setRows([{ to, sum: 10 * n }, ...rows!]); toast({ status: "success", title: "Transfer on its way", duration: 3000 }); };
  const forecast = async () => { setBalance(null); const a = await ask("/api/forecast"); setBalance(a.text); };
  const shown = rows?.filter((r) => r.to.toLowerCase().includes(q.toLowerCase()));
  return <Box p={4}><HStack><Heading size="md">Current account</Heading><Button onClick={send.onOpen}>Transfer</Button><Button variant="outline" colorScheme="red" onClick={block.onOpen}>Block card</Button><Button variant="outline" className="limit">Raise limit</Button><Button variant="ghost" onClick={forecast}>Forecast</Button>
    <Menu><MenuButton as={Button}>Documents</MenuButton><MenuList><MenuItem onClick={() => toast({ title: "Statement is ready", duration: 2500 })}>Statement</MenuItem><MenuItem onClick={() => (window as any).vault.open()}>Tax report</MenuItem></MenuList></Menu></HStack>
    <Stat><StatLabel>Next month</StatLabel><StatNumber>{balance === null ? <Skeleton h="30px" w="120px" /> : balance || "–"}</StatNumber></Stat>
    <HStack><Chart days={days} /><Button size="sm" onClick={() => setDays(days + 6)}>Longer</Button><Button size="sm" onClick={() => setDays(Math.max(6, days - 6))}>Shorter</Button></HStack>
    <Tabs><TabList><Tab>Bookings</Tab><Tab>Cards</Tab></TabList><TabPanels><TabPanel><Input type="search" placeholder="Search bookings" value={q} onChange={(e) => setQ(e.target.value)} w="260px" />{!shown ? <SkeletonText mt={3} /> : shown.length ? <Table size="sm"><Tbody>{shown.map((r, i) => <Tr key={i}><Td>{r.to}</Td><Td isNumeric>{r.sum} €</Td></Tr>)}</Tbody></Table> : <p>No bookings match your search.</p>}</TabPanel><TabPanel><HStack><label htmlFor="abroad">Use abroad</label><Switch id="abroad" /></HStack><Accordion allowToggle><AccordionItem><AccordionButton>Where is my PIN?</AccordionButton><AccordionPanel>In the letter.</AccordionPanel></AccordionItem></Accordion></TabPanel></TabPanels></Tabs>
    <Modal isOpen={send.isOpen} onClose={send.onClose}><ModalOverlay /><ModalContent><ModalHeader>New transfer</ModalHeader><ModalCloseButton /><ModalBody pb={5}><form onSubmit={pay}><FormControl><FormLabel>Recipient</FormLabel><Input value={to} onChange={(e) => setTo(e.target.value)} /></FormControl><FormControl isInvalid={!!bad}><FormLabel>Account number</FormLabel><Input value={iban} onChange={(e) => setIban(e.target.value)} /><FormErrorMessage>{bad}</FormErrorMessage></FormControl><FormControl><FormLabel>Times ten euros</FormLabel><NumberInput value={n} min={1} onChange={(_, v) => setN(v)}><NumberInputField /><NumberInputStepper><NumberIncrementStepper /><NumberDecrementStepper /></NumberInputStepper></NumberInput></FormControl><Button mt={3} type="submit">Send money</Button></form></ModalBody></ModalContent></Modal>
    <AlertDialog isOpen={block.isOpen} onClose={block.onClose} leastDestructiveRef={least}><AlertDialogOverlay><AlertDialogContent><AlertDialogHeader>Block card?</AlertDialogHeader><AlertDialogBody>You cannot undo this.</AlertDialogBody><AlertDialogFooter><Button ref={least} onClick={block.onClose}>Keep it</Button><Button colorScheme="red" ml={3} onClick={() => { block.onClose(); toast({ status: "info", title: "Card blocked", duration: 2500 }); }}>Block it</Button></AlertDialogFooter></AlertDialogContent></AlertDialogOverlay></AlertDialog></Box>;
}
function Root() { const [inside, setInside] = useState(!location.hash.includes("enter")); return <ChakraProvider>{inside ? <Desk /> : <Enter done={() => setInside(true)} />}</ChakraProvider>; }
createRoot(document.getElementById("root")!).render(<Root />);
"""
INDEX = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bank</title></head><body><div id="root"></div><script src="app.js"></script></body></html>'
PACKAGES = "react@18 react-dom@18 @chakra-ui/react@2 @emotion/react @emotion/styled framer-motion@11"
ROWS = [{"to": name, "sum": 12 + n} for n, name in enumerate(("Baker", "Tram", "Rent", "Water", "Library"))]


def _answer(method: str, path: str, body: bytes) -> tuple[int, object]:
    if path == "/api/enter":
        return (200, {}) if b"granite" in body else (401, {"why": "Please check contract and passphrase"})
    if path == "/api/pay" and b"DE" not in body:
        return 400, {"why": "Begins with two letters"}
    return 200, {"rows": ROWS, "text": "1 204 €"}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    with install.npm_app(home, PACKAGES, APP, INDEX, api=_answer) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.get_by_text("Library").wait_for()
    p.read(1.2)


def _transfer(p: Person) -> None:
    _ready(p)
    p.click(moves.button(p, "Transfer"), then=1)
    moves.fill(p, {"Recipient": "Rita", "Account number": "DE1234567890"})
    for _ in range(4):
        p.click(p.page.locator(".chakra-numberinput__field + div [role=button]").first, then=0.15)
    p.click(moves.button(p, "Send money"), then=3.5)
    p.fill(p.page.get_by_placeholder("Search bookings"), "ri", then=1)
    moves.tab(p, "Cards")
    p.click(p.page.get_by_text("Use abroad"), then=0.8)
    p.click(moves.button(p, "Where is my PIN?"), then=1)
    p.click(moves.button(p, "Documents"), then=0.8)
    p.click(p.page.get_by_role("menuitem", name="Statement"), then=2)


def _look(p: Person) -> None:
    _ready(p)
    for _ in range(4):
        p.click(moves.button(p, "Longer"), then=0.15)
    p.click(moves.button(p, "Shorter"), then=1)
    p.click(moves.button(p, "Forecast"), then=1.2)
    p.click(moves.button(p, "Block card"), then=1)
    p.click(moves.button(p, "Keep it"), then=1)
    p.click(moves.button(p, "Block card"), then=1)
    p.click(moves.button(p, "Block it"), then=3.5)
    p.fill(p.page.get_by_placeholder("Search bookings"), "tram", then=1)


def _number(p: Person) -> None:
    _ready(p)
    p.click(moves.button(p, "Transfer"), then=1)
    moves.fill(p, {"Recipient": "Rita"})
    with p.meets("network_error", may=True):
        moves.refused(
            p, p.page.get_by_label("Account number"), ("1234", "none", "55 66"), moves.button(p, "Send money")
        )
    with p.meets("form_abandon"):
        p.click(moves.button(p, "Close"), then=1.5)
        moves.tab(p, "Cards")
    p.read(1)


def _enter(p: Person) -> None:
    p.read(1.2)
    moves.fill(p, {"Contract": "4711"})
    box = p.page.get_by_label("Passphrase")
    moves.locked_out(p, box, ("marble", "basalt"), moves.button(p, "Open my account"), requests=True)
    p.fill(box, "granite")
    p.click(moves.button(p, "Open my account"), then=2)


def _dead(p: Person) -> None:
    _ready(p)
    moves.dead(p, moves.button(p, "Raise limit"), "Raise limit")
    moves.in_vain(p, p.page.get_by_placeholder("Search bookings"), ("yacht", "zoo", "opera"))
    p.read(1)


def _broken(p: Person) -> None:
    _ready(p)
    moves.throws(p, "Documents", "Tax report", then=0.8)
    moves.not_kept(p, "Transfer", {"Recipient": "Rita", "Account number": "DE1234567890"}, "Send money")


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Forecast"):
        p.click(moves.button(p, "Forecast"), then=6)
    with p.meets("cursor_thrash"):
        p.thrash()
    p.read(1.5)
    moves.tab(p, "Cards")


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/pay", status=503)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/forecast", seconds=4.3)  # noqa: E731
    return [
        *moves.under(
            Scenario("transfer", "Sends money, searches, looks at cards and documents", _transfer, False), "rrweb"
        ),
        *moves.under(
            Scenario("look", "A chart on a canvas, a forecast, a question answered twice", _look, False), "sentry"
        ),
        Scenario("number", "An account number refused three times, then left", _number, True),
        Scenario("enter", "Two wrong passphrases", _enter, True, path="/#enter"),
        Scenario("dead", "A dead button; three searches in vain", _dead, True),
        Scenario("broken", "A menu item that throws, a transfer that fails", _broken, True, prepare=bad),
        Scenario("slow", "A skeleton for four seconds, a pointer shaken", _slow, True, prepare=late),
    ]
