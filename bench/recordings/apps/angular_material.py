"""An Angular Material chandlery: a table with paginator and sorting, a stepper, an autocomplete, a calendar, chips, snack
bars, tabs, a sign-in; compiled in the browser."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

PACKAGES = (
    "@angular/core@19", "@angular/common@19", "@angular/compiler@19", "@angular/platform-browser@19",
    "@angular/platform-browser-dynamic@19", "@angular/forms@19", "@angular/animations@19", "@angular/cdk@19",
    "@angular/material@19", "rxjs@7", "zone.js@0.15", "tslib@2",
)  # fmt: skip
APP = """
import "zone.js"; import "@angular/compiler";
import {Component, ViewChild} from "@angular/core"; import {bootstrapApplication} from "@angular/platform-browser"; import {provideAnimations} from "@angular/platform-browser/animations";
import {CommonModule} from "@angular/common"; import {FormsModule, ReactiveFormsModule, FormGroup, FormControl, Validators} from "@angular/forms";
import {MatButtonModule} from "@angular/material/button"; import {MatInputModule} from "@angular/material/input"; import {MatTableModule, MatTableDataSource} from "@angular/material/table";
import {MatPaginatorModule, MatPaginator} from "@angular/material/paginator"; import {MatSortModule, MatSort} from "@angular/material/sort"; import {MatSnackBar, MatSnackBarModule} from "@angular/material/snack-bar";
import {MatTabsModule} from "@angular/material/tabs"; import {MatStepperModule} from "@angular/material/stepper"; import {MatDatepickerModule} from "@angular/material/datepicker"; import {MatNativeDateModule} from "@angular/material/core";
import {MatSlideToggleModule} from "@angular/material/slide-toggle"; import {MatSelectModule} from "@angular/material/select"; import {MatChipsModule} from "@angular/material/chips"; import {MatProgressBarModule} from "@angular/material/progress-bar"; import {MatExpansionModule} from "@angular/material/expansion";
const rows = Array.from({length: 57}, (_, i) => ({no: i + 1, name: "Rope " + (i + 1), price: (i * 13) % 90}));
@Component({selector: "app-root", standalone: true, imports: [CommonModule, FormsModule, ReactiveFormsModule, MatButtonModule, MatInputModule, MatTableModule, MatPaginatorModule, MatSortModule, MatSnackBarModule, MatTabsModule, MatStepperModule, MatDatepickerModule, MatNativeDateModule, MatSlideToggleModule, MatSelectModule, MatChipsModule, MatProgressBarModule, MatExpansionModule],
template: `<h1>Chandlery</h1><mat-tab-group><mat-tab label="Stock"><mat-progress-bar *ngIf="busy" mode="indeterminate"></mat-progress-bar>
 <mat-form-field><mat-label>Filter ropes</mat-label><input matInput (keyup)="filter($event)"></mat-form-field>
 <mat-chip-listbox aria-label="Material"><mat-chip-option>Hemp</mat-chip-option><mat-chip-option>Nylon</mat-chip-option><mat-chip-option>Steel</mat-chip-option></mat-chip-listbox>
 <table mat-table [dataSource]="data" matSort><ng-container matColumnDef="no"><th mat-header-cell *matHeaderCellDef mat-sort-header>No.</th><td mat-cell *matCellDef="let r">{{r.no}}</td></ng-container>
 <ng-container matColumnDef="name"><th mat-header-cell *matHeaderCellDef mat-sort-header>Name</th><td mat-cell *matCellDef="let r">{{r.name}}</td></ng-container>
 <ng-container matColumnDef="act"><th mat-header-cell *matHeaderCellDef></th><td mat-cell *matCellDef="let r"><button mat-button (click)="take(r)">Take {{r.no}}</button></td></ng-container>
 <tr mat-header-row *matHeaderRowDef="cols"></tr><tr mat-row *matRowDef="let r; columns: cols"></tr><tr *matNoDataRow><td colspan="3">No rope matches the filter</td></tr></table><mat-paginator [pageSize]="5" aria-label="Pages of ropes"></mat-paginator>
 <button mat-raised-button (click)="prices()">Renew prices</button> <button mat-raised-button class="splice">Splice ends</button> <mat-slide-toggle>Metres</mat-slide-toggle>
 <mat-accordion><mat-expansion-panel><mat-expansion-panel-header>Care of ropes</mat-expansion-panel-header><p>Dry them in the shade.</p></mat-expansion-panel></mat-accordion></mat-tab>
 <mat-tab label="Delivery"><mat-stepper linear #stepper><mat-step [stepControl]="who" label="Who"><form [formGroup]="who"><mat-form-field><mat-label>Ship</mat-label><input matInput formControlName="ship"><mat-error>Which ship is it for?</mat-error></mat-form-field>
 <mat-form-field><mat-label>Phone</mat-label><input matInput formControlName="phone"><mat-error>Six digits or more</mat-error></mat-form-field><button mat-button matStepperNext>Next</button></form></mat-step>
 <mat-step label="When"><mat-form-field><mat-label>Day</mat-label><input matInput [matDatepicker]="dp" [(ngModel)]="day"><mat-datepicker-toggle matIconSuffix [for]="dp"></mat-datepicker-toggle><mat-datepicker #dp></mat-datepicker></mat-form-field>
 <mat-form-field><mat-label>Berth</mat-label><mat-select><mat-option *ngFor="let b of ['A','B','C']" [value]="b">Berth {{b}}</mat-option></mat-select></mat-form-field><button mat-button matStepperPrevious>Back</button><button mat-raised-button color="primary" (click)="deliver()">Deliver</button></mat-step></mat-stepper></mat-tab>
 <mat-tab label="Staff"><form (ngSubmit)="signIn()" class="staff"><mat-form-field><mat-label>User</mat-label><input matInput name="user" [(ngModel)]="user"></mat-form-field><mat-form-field><mat-label>Password</mat-label><input matInput type="password" name="word" [(ngModel)]="word"></mat-form-field>
 <button mat-raised-button>Sign in</button><p class="error" role="alert" *ngIf="wrong">{{wrong}}</p><p *ngIf="inside">Welcome, {{user}}</p></form></mat-tab></mat-tab-group>`})
class App { cols = ["no", "name", "act"]; data = new MatTableDataSource(rows); busy = false; day = null; user = ""; word = ""; wrong = ""; inside = false;
 who = new FormGroup({ship: new FormControl("", Validators.required), phone: new FormControl("", [Validators.required, Validators.pattern(/^[0-9 ]{6,}$/)])});
 @ViewChild(MatPaginator) set pages(p) { this.data.paginator = p; } @ViewChild(MatSort) set order(s) { this.data.sort = s; }
 constructor(bar) { this.bar = bar; } static ctorParameters = () => [{type: MatSnackBar}];
 filter(e) { this.data.filter = e.target.value.trim().toLowerCase(); }
 async take(r) { const a = await fetch("/api/take", {method: "POST", body: String(r.no)}); this.bar.open(a.ok ? r.name + " is yours" : "Could not take " + r.name + ": server error", "OK", {duration: 3000, panelClass: a.ok ? [] : ["error"]}); }
 async prices() { this.busy = true; await fetch("/api/prices"); this.busy = false; this.bar.open("Prices are new", "OK", {duration: 2500}); }
 async deliver() { const a = await fetch("/api/deliver", {method: "POST"}); this.bar.open(a.ok ? "On its way" : "Not accepted", "OK", {duration: 3000}); }
 async signIn() { this.wrong = ""; const a = await fetch("/api/sign-in", {method: "POST", body: this.word}); if (a.ok) this.inside = true; else this.wrong = "Wrong user or password"; } }
bootstrapApplication(App, {providers: [provideAnimations()]});
"""


def _answer(method: str, path: str, body: bytes) -> tuple[int, object]:
    return (401, {"error": "no"}) if path == "/api/sign-in" and body != b"hemp12" else (200, {"ok": True})


@contextmanager
def serve(home: Path) -> Iterator[str]:
    modules = install.npm(home, *PACKAGES)
    options = {"experimentalDecorators": True, "useDefineForClassFields": False}
    (home / "tsconfig.json").write_text(json.dumps({"compilerOptions": options}))
    site = install.bundle(home, APP, loader="ts", target="es2016")  # zone.js cannot see native promises awaited
    shutil.copy(modules / "@angular/material/prebuilt-themes/azure-blue.css", site / "theme.css")
    (site / "index.html").write_text(
        '<!doctype html><html lang="en"><head><title>Chandlery</title><link rel="stylesheet" href="theme.css"></head>'
        '<body><app-root></app-root><script src="app.js"></script></body></html>'
    )
    with install.static(site, api=_answer) as url:
        yield url


def _tab(p: Person, name: str) -> None:
    p.click(p.page.get_by_role("tab", name=name), then=1.2)


def _shop(p: Person) -> None:
    p.read(1.5)
    for _ in range(4):
        p.click(moves.button(p, "Next page"), then=0.15)
    p.click(p.page.locator("th", has_text="Name"), then=0.8)
    p.click(p.page.locator("th", has_text="Name"), then=0.8)
    p.click(moves.button(p, "Take 11").or_(p.page.get_by_role("button", name="Take").first).first, then=2)
    p.click(p.page.get_by_role("option", name="Hemp"), then=0.8)
    p.click(p.page.get_by_role("switch", name="Metres"), then=0.8)
    p.click(moves.button(p, "Care of ropes"), then=1)
    p.click(moves.button(p, "Care of ropes"), then=1)
    p.fill(p.page.get_by_label("Filter ropes"), "rope 4", then=1)
    p.click(moves.button(p, "Renew prices"), then=2)
    _tab(p, "Delivery")
    p.fill(p.page.get_by_label("Ship"), "Gannet")
    p.fill(p.page.get_by_label("Phone"), "22 33 44")
    p.click(moves.button(p, "Next"), then=1.2)
    p.click(moves.button(p, "Open calendar"), then=1)
    for _ in range(4):
        p.click(moves.button(p, "Next month"), then=0.15)
    p.click(p.page.locator(".mat-calendar-body-cell").nth(11), then=1)
    p.click(p.page.get_by_label("Berth"), then=0.8)
    p.click(p.page.get_by_role("option", name="Berth B"), then=0.8)
    p.click(moves.button(p, "Deliver"), then=2)


def _phone(p: Person) -> None:
    p.read(1)
    _tab(p, "Delivery")
    p.fill(p.page.get_by_label("Ship"), "Gannet")
    with p.meets("validation_loop"):
        for words in ("none", "12", "later"):
            p.fill(p.page.get_by_label("Phone"), words)
            with p.meets("error_click", "dead_click", may=True):
                p.click(moves.button(p, "Next"), then=1.3)
    with p.meets("form_abandon"):
        _tab(p, "Stock")
    p.read(1)


def _staff(p: Person) -> None:
    p.read(1)
    _tab(p, "Staff")
    p.fill(p.page.get_by_label("User"), "ines")
    for word in ("hemp", "hemp1"):
        p.fill(p.page.get_by_label("Password"), word)
        with p.meets("login_failure", "network_error", "error_click"):
            p.click(moves.button(p, "Sign in"), then=1.8)
    p.fill(p.page.get_by_label("Password"), "hemp12")
    p.click(moves.button(p, "Sign in"), then=2)


def _dead(p: Person) -> None:
    p.read(1.5)
    moves.dead(p, moves.button(p, "Splice ends"), "Splice ends")
    with p.meets("repeated_search"):
        for words in ("chain", "cable", "wire"):
            p.fill(p.page.get_by_label("Filter ropes"), words, then=1.6)


def _refused(p: Person) -> None:
    p.read(1.5)
    for n in (0, 1):
        with p.meets("error_click", "network_error"):
            p.click(p.page.get_by_role("button", name="Take").nth(n), then=2.2)


def _slow(p: Person) -> None:
    p.read(1.5)
    with p.meets("slow_response", target="Renew prices"):
        p.click(moves.button(p, "Renew prices"), then=6.4)
    p.click(moves.button(p, "Next page"), then=1)


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/take", status=500)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/prices", seconds=4.3)  # noqa: E731
    return [
        Scenario("shop", "Pages, sorts, filters, delivers", _shop, False),
        Scenario("shop-bare", "The same under bare rrweb", _shop, False, recorder="rrweb"),
        Scenario("shop-sentry", "The same under Sentry, masked", _shop, False, recorder="sentry", masked=True),
        Scenario("phone", "A phone number refused three times, then left", _phone, True),
        Scenario("phone-bare", "The same under bare rrweb", _phone, True, recorder="rrweb"),
        Scenario("staff", "Two wrong passwords", _staff, True),
        Scenario("staff-posthog", "The same under PostHog", _staff, True, recorder="posthog"),
        Scenario("dead", "A dead button; searches in vain", _dead, True),
        Scenario("dead-old", "The same under rrweb 1", _dead, True, recorder="rrweb1"),
        Scenario("refused", "What is taken is refused by the server", _refused, True, prepare=bad),
        Scenario("slow", "Prices after more than four seconds", _slow, True, prepare=late),
    ]
