"""What the routes of maintenance need."""

from typing import Annotated

from fastapi import Depends, Request

from maintenance.service import Lessons, SystemReport
from rag_system.client import RagClient


def get_rag(request: Request) -> RagClient:
    rag: RagClient = request.app.state.rag
    return rag


def get_report(request: Request) -> SystemReport:
    state = request.app.state
    return SystemReport(state.rag, state.database, state.started)


def get_lessons(request: Request) -> Lessons:
    return Lessons(request.app.state.rag, request.app.state.database)


RagDep = Annotated[RagClient, Depends(get_rag)]
ReportDep = Annotated[SystemReport, Depends(get_report)]
LessonsDep = Annotated[Lessons, Depends(get_lessons)]
